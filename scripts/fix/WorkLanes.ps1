# ---- Several databases at a time, each in a process of its own -------------------------------------------

if ($RunName -eq '') { $RunName = Get-Date -Format 'yyyyMMdd-HHmmss' }
$script:RunFiles = 'fix-' + $RunName
if ($Only -ne 0) { $script:RunFiles = $script:RunFiles + '-' + $Only }
$script:GoOn = [bool]$Serial

function Get-LaneName {
    if ($Lane -eq '' -and $Lanes.Count -eq 1) { return $Lanes[0] }
    foreach ($name in $Lanes) {
        if ($Lane -ne '') { if ($name -eq $Lane) { return $name } }
        elseif ($name -eq $env:COMPUTERNAME -or $name -like ($env:COMPUTERNAME + '.*')) { return $name }
    }
}

function Enter-Chain {
    # A chain works on one database at a time, also if a lane was stopped and started again meanwhile.
    param([int]$Number)
    $mutex = New-Object -TypeName System.Threading.Mutex -ArgumentList $false, ('Global\spdoctor-fix-chain-' + $Number)
    $entered = $false
    while (-not $entered) {
        try { $entered = $mutex.WaitOne(2000, $false) }
        catch [System.Threading.AbandonedMutexException] {
            # The process before ended without letting go; its turn is over all the same.
            $entered = $true
        }
    }
    $mutex
}

function Invoke-OnlyOne {
    $mutex = $null
    foreach ($planned in $PlannedDatabases) {
        if ($planned.Number -eq $Only -and -not $WhatIfPreference) { $mutex = Enter-Chain $planned.Chain }
    }
    try { Invoke-Serial }
    finally { if ($null -ne $mutex) { $mutex.ReleaseMutex() } }
}

function Start-Child {
    param($Planned)
    # Two backslashes: one of them keeps the quote behind it a quote.
    $folder = $script:LogPath.TrimEnd('\') + '\\'
    $arguments = '-NoProfile -NonInteractive -File "' + $script:ScriptPath + '" -Only ' + $Planned.Number +
        ' -NoPrompt -RunName ' + $RunName + ' -LogFolder "' + $folder + '" -TokenServiceUri "' + $TokenServiceUri + '"'
    if ($Always) { $arguments = $arguments + ' -Always' }
    if ($PSVersionTable.PSVersion.Major -eq 2) { $arguments = '-Version 2.0 ' + $arguments }
    $engine = Join-Path $PSHOME 'powershell.exe'
    # Without a folder Start-Process takes the current one for a pattern, which may match nothing.
    $process = Start-Process -FilePath $engine -ArgumentList $arguments -WindowStyle Minimized -PassThru -WorkingDirectory $PSHOME
    # The exit code is kept only for a process whose handle was asked for while it ran.
    [void]$process.Handle
    Write-Line ('Started process ' + $process.Id + ' for ' + $Planned.Name)
    New-Object PSObject -Property @{ Process = $process; Planned = $Planned }
}

function Complete-Child {
    # Takes over what the process wrote; returns whether it found nothing to do.
    param($Child)
    $number = $Child.Planned.Number
    $path = Join-Path $script:LogPath ($script:RunFiles + '-' + $number + '.csv')
    $rows = @()
    try {
        # Not with Import-Csv, which takes brackets in a path for a pattern. In one piece: names may hold line ends.
        if (Test-Path -LiteralPath $path) { $rows = @(([System.IO.File]::ReadAllText($path)) | ConvertFrom-Csv) }
    }
    catch { Write-Warning ('The results of a process cannot be read: ' + (Format-Text $_.Exception.Message)) }
    foreach ($row in $rows) {
        [void]$script:Results.Add($row)
        Show-Result $row
    }
    if ($rows.Count -eq 0) {
        Add-Result @{ Database = $Child.Planned.Name; Server = $Child.Planned.Server; Reason = $Child.Planned.Reason
            Result = 'Failed'; Message = 'Its process left no result; exit code ' + $Child.Process.ExitCode + '.' }
    }
    Save-Result
    ($rows.Count -eq 1 -and $rows[0].Result -eq 'NotNeeded')
}

function Get-LanePlan {
    # Everything is asked before the first start: afterwards nobody needs to watch.
    param([string]$Name)
    foreach ($planned in $PlannedDatabases) {
        if ($planned.Lane -ne $Name) { continue }
        if ($PSCmdlet.ShouldProcess((Format-Text $planned.Name), 'Upgrade-SPContentDatabase in a process of its own')) {
            $planned
            continue
        }
        Add-Result @{ Database = $planned.Name; Server = $planned.Server; Reason = $planned.Reason; Result = 'Declined' }
    }
}

function Show-Lane {
    # What the processes of this lane would find, each of its databases looked up in the farm. None is started.
    param([string]$Name)
    $attached = @(Get-AttachedDatabase)
    foreach ($planned in $PlannedDatabases) {
        if ($planned.Lane -eq $Name) { Add-PlannedTarget $planned $attached }
    }
    Invoke-EachTarget
    Write-Line 'With -Serial and -WhatIf the script tells of all lanes, and of the sites whose database is asked at run time.'
}

function Invoke-Lane {
    param([string]$Name)
    $waiting = New-Object System.Collections.ArrayList
    foreach ($planned in @(Get-LanePlan $Name)) { [void]$waiting.Add($planned) }
    $running = @{}
    $nextStart = Get-Date
    $lastStarted = 0
    try {
        while ($waiting.Count -gt 0 -or $running.Count -gt 0) {
            foreach ($chain in @($running.Keys)) {
                $child = $running[$chain]
                if (-not $child.Process.HasExited) { continue }
                $running.Remove($chain)
                $idle = Complete-Child $child
                # A start that did nothing holds no locks: the next one need not keep its distance.
                if ($idle -and $child.Planned.Number -eq $lastStarted) { $nextStart = Get-Date }
            }
            $ready = @($waiting | Where-Object { -not $running.ContainsKey($_.Chain) })
            if ($ready.Count -gt 0 -and (Get-Date) -ge $nextStart) {
                $waiting.Remove($ready[0])
                $running[$ready[0].Chain] = Start-Child $ready[0]
                $lastStarted = $ready[0].Number
                $nextStart = (Get-Date).AddMinutes($StaggerMinutes)
            }
            Start-Sleep -Seconds 5
        }
    }
    finally {
        # Only Ctrl-C leaves processes behind; they have windows and results of their own.
        foreach ($child in @($running.Values)) {
            Add-Result @{ Database = $child.Planned.Name; Server = $child.Planned.Server; Reason = $child.Planned.Reason
                Result = 'Running'; Message = 'Process ' + $child.Process.Id + ' goes on alone. Let it end.' }
        }
    }
}

function Invoke-Work {
    if ($Only -ne 0) { Invoke-OnlyOne; return }
    if ($Serial) { Invoke-Serial; return }
    $name = Get-LaneName
    if ($null -eq $name) {
        Write-Warning 'Which lane? Name one with -Lane, or use -Serial. The plan has these:'
        foreach ($known in $Lanes) { Write-Line ('  ' + $known) }
        $script:ExitCode = 2
        return
    }
    Write-Line ('Lane ' + $name)
    if ($WhatIfPreference) { Show-Lane $name; return }
    Invoke-Lane $name
    Write-Line 'This lane is done. When all lanes are, run the script with -Serial on one server.'
}
