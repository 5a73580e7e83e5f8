# ---- Messages, results, transcript -----------------------------------------------------------------------

if ($NoPrompt) { $ConfirmPreference = 'None' }

$script:ScriptPath = $MyInvocation.MyCommand.Path
$script:ExitCode = 1
$script:Results = New-Object System.Collections.ArrayList
$script:RunFiles = ''
$script:ResultPath = ''
$script:LogPath = ''
$script:Transcribing = $false
$script:Current = $null

function Format-Text {
    # Names come from logs. A console acts on some characters; it gets question marks instead.
    param([string]$Text)
    ($Text -replace '[\r\n]+', ' ') -replace '\p{C}', '?'
}

function Write-Line {
    param([string]$Text)
    Write-Host ((Get-Date -Format 'HH:mm:ss') + '  ' + (Format-Text $Text))
}

function Show-Result {
    param($Row)
    $text = $Row.Result + ': ' + $Row.Database
    if ([string]$Row.Seconds -ne '') { $text = $text + ' (' + $Row.Seconds + ' s)' }
    if ($Row.Message -ne '') { $text = $text + '  ' + $Row.Message }
    if ('Upgraded', 'NotNeeded', 'WhatIf' -contains $Row.Result) { Write-Line $text }
    else { Write-Warning (Format-Text $text) }
}

function Add-Result {
    param($Row)
    $complete = New-Object PSObject -Property @{
        Database = $Row['Database']; Server = $Row['Server']; Reason = $Row['Reason']
        Before = $Row['Before']; After = $Row['After']; Seconds = $Row['Seconds']
        Result = $Row['Result']; Message = ([string]$Row['Message'] -replace '[\r\n]+', ' ')
    }
    [void]$script:Results.Add($complete)
    Show-Result $complete
    Save-Result
}

function Save-Result {
    # After each database, so that not even a closed window loses what is done.
    if ($script:ResultPath -eq '' -or $script:Results.Count -eq 0) { return }
    try {
        # Not with Export-Csv, which takes brackets in a path for a pattern.
        $lines = @($script:Results |
            Select-Object -Property Database, Server, Reason, Before, After, Seconds, Result, Message |
            ConvertTo-Csv -NoTypeInformation)
        [System.IO.File]::WriteAllLines($script:ResultPath, [string[]]$lines, [System.Text.Encoding]::UTF8)
    }
    catch { Write-Warning ('The results could not be written: ' + (Format-Text $_.Exception.Message)) }
}

function Start-Log {
    # With -WhatIf nothing is written, no log either.
    if ($WhatIfPreference) { return }
    $folder = Split-Path -Parent $script:ScriptPath
    try {
        # .NET has a current folder of its own: relative paths are made absolute here.
        if ($LogFolder -ne '') {
            $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($LogFolder)
        }
        [void][System.IO.Directory]::CreateDirectory($folder)
        # A script may lie on a share that is read only: this is tried before anything depends on it.
        [System.IO.File]::WriteAllText((Join-Path $folder ($script:RunFiles + '.log')), 'No transcript was kept.')
    }
    catch {
        Write-Warning ('The log folder cannot be written to, the temporary folder is used: ' + $_.Exception.Message)
        $folder = $env:TEMP
    }
    $script:LogPath = $folder
    $script:ResultPath = Join-Path $folder ($script:RunFiles + '.csv')
    # A path may hold what PowerShell takes for a pattern; PowerShell 2.0 knows no other way than to escape it.
    $log = @{ LiteralPath = Join-Path $folder ($script:RunFiles + '.log') }
    if ($PSVersionTable.PSVersion.Major -eq 2) {
        $log = @{ Path = [System.Management.Automation.WildcardPattern]::Escape($log['LiteralPath']) }
    }
    try {
        Start-Transcript @log -Confirm:$false | Out-Null
        $script:Transcribing = $true
    }
    catch {
        # Some hosts know no transcript (the ISE of PowerShell 2.0), others have one running already.
        Write-Warning ('No transcript is kept: ' + $_.Exception.Message)
    }
}

function Stop-Log {
    if ($script:ResultPath -ne '') { Write-Line ('Results: ' + $script:ResultPath) }
    if (-not $script:Transcribing) { return }
    try { Stop-Transcript | Out-Null }
    catch { Write-Warning ('The transcript could not be closed: ' + $_.Exception.Message) }
}
