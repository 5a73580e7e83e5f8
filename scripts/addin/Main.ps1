# ---- The run ---------------------------------------------------------------------------------------------

function Invoke-Step {
    param($Step)
    try {
        switch ($Step.Kind) {
            'TrustRoot' { Add-TrustedRoot $Step }
            'TrustIssuer' { Add-TrustedIssuer $Step }
            'Register' { Register-AddIn $Step }
            'Grant' { Grant-AddIn $Step }
            'OAuthOverHttp' { Disable-OAuthOverHttp $Step }
            'MetadataOverHttp' { Disable-MetadataOverHttp $Step }
            'NewSecret' { Show-NewSecret $Step }
            'RestartIis' { Show-IisAdvice $Step }
        }
    }
    catch { Add-Result $Step 'Failed' $_.Exception.Message }
}

function Show-Plan {
    foreach ($step in $Steps) { Write-Line ('Planned: ' + $step.Number + '. ' + $step.What + '  ' + $step.Reason) }
}

function Set-ExitCode {
    $script:ExitCode = 0
    foreach ($row in $script:Results) {
        if (-not ($script:Fine -contains $row.Result)) { $script:ExitCode = 1 }
    }
}

function Invoke-Repair {
    Write-Line ('Add-in script of spdoctor ' + $ToolVersion)
    $wanted = @($Steps | Where-Object { $Only -eq 0 -or $_.Number -eq $Only })
    if ($wanted.Count -eq 0) {
        Write-Line 'Nothing to do: the plan has no step, or none with this number.'
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
    foreach ($step in $wanted) {
        Write-Line ('Step ' + $step.Number + ' of ' + $Steps.Count + ': ' + $step.What)
        Invoke-Step $step
    }
    Set-ExitCode
    if ($failures.Count -gt 0) { $script:ExitCode = 2 }
}

try {
    Start-Log
    Invoke-Repair
}
catch {
    Write-Warning ('Stopped: ' + (Format-Text $_.Exception.Message))
    $script:ExitCode = 1
}
finally { Stop-Log }
exit $script:ExitCode
