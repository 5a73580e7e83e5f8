# ---- The run ---------------------------------------------------------------------------------------------

function Show-Plan {
    foreach ($planned in $PlannedDatabases) { Write-Line ('Planned: ' + $planned.Name + '  ' + $planned.Reason) }
    Write-Line ('Sites whose database is asked at run time: ' + ($UnresolvedSites.Count + $UnresolvedUrls.Count))
}

function Show-Availability {
    if ((Get-SPFarm).BuildVersion.Major -le 15) {
        Write-Warning 'SharePoint 2010 and 2013: nobody can use the sites of a database while it is upgraded.'
    }
    else { Write-Line 'SharePoint 2016 and later: sites stay available while their database is upgraded.' }
}

function Show-NextStep {
    if ($script:ExitCode -ne 0) { Write-Line 'Solve what failed and run this script again before you go on.' }
    $psconfig = 'PSConfig.exe'
    try {
        $hive = 'HKLM:\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\' + (Get-SPFarm).BuildVersion.Major + '.0'
        $psconfig = Join-Path (Get-ItemProperty -Path $hive).Location 'BIN\PSConfig.exe'
    }
    catch { Write-Warning 'The folder of PSConfig.exe is not in the registry.' }
    Write-Line 'Then go on with the next server, in an elevated PowerShell there:'
    Write-Host ('& "' + $psconfig + '" -cmd upgrade -inplace b2b -wait -cmd applicationcontent -install' +
        ' -cmd installfeatures -cmd secureresources -cmd services -install')
}

function Set-ExitCode {
    $script:ExitCode = 0
    foreach ($row in $script:Results) {
        if (-not ('Upgraded', 'NotNeeded', 'WhatIf' -contains $row.Result)) { $script:ExitCode = 1 }
    }
}

function Invoke-Repair {
    Write-Line ('Remediation script of spdoctor ' + $ToolVersion)
    if ($PlannedDatabases.Count + $UnresolvedSites.Count + $UnresolvedUrls.Count -eq 0) {
        Write-Line 'Nothing to do: the plan names no database and no site.'
        $script:ExitCode = 0
        return
    }
    $failures = @(Get-PreflightFailure)
    foreach ($failure in $failures) { Write-Warning (Format-Text $failure) }
    if ($failures.Count -gt 0) {
        Write-Line 'Preconditions are missing. A run without -WhatIf changes nothing and ends here.'
        $script:ExitCode = 2
        if (-not $WhatIfPreference) { return }
        if (-not $script:SharePointReady) { Show-Plan; return }
    }
    Show-Availability
    Show-PatchState
    $script:ExitCode = 0
    Invoke-Work
    if ($script:ExitCode -ne 2) { Set-ExitCode }
    if ($failures.Count -gt 0) { $script:ExitCode = 2 }
    if ($WhatIfPreference) { Write-Line 'Nothing was changed. Run this script without -WhatIf before you go on.' }
    elseif ($script:GoOn) { Show-NextStep }
}

try {
    Start-Log
    Invoke-Repair
}
catch {
    Write-Warning ('Stopped: ' + (Format-Text $_.Exception.Message))
    $script:ExitCode = 1
}
finally {
    # Ctrl-C comes here, too.
    if ($null -ne $script:Current) {
        $script:Current['Result'] = 'Interrupted'
        Add-Result $script:Current
    }
    Stop-Log
}
exit $script:ExitCode
