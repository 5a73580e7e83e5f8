# ---- What must be in place before anything is changed; each function returns a line for what is missing --

$script:SharePointReady = $false

function Get-ElevationFailure {
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList $identity
    if (-not $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)) {
        'This PowerShell is not elevated. Start it with "Run as administrator".'
    }
}

function Get-RunningWizardFailure {
    # psconfig stops IIS while it runs, and upgrades the same databases.
    $running = @(Get-Process -Name 'psconfig', 'psconfigui' -ErrorAction SilentlyContinue)
    if ($running.Count -gt 0) {
        $process = $running[0]
        'psconfig is running on this server (' + $process.ProcessName + ', process ' + $process.Id +
        '). Wait until it has ended.'
    }
}

function Get-WebServerFailure {
    $service = Get-Service -Name W3SVC -ErrorAction SilentlyContinue
    if ($null -eq $service) { 'There is no IIS (service W3SVC) on this server.' }
    elseif ($service.Status -ne 'Running') {
        'IIS is not running: service W3SVC is ' + $service.Status + '. Start it:  Start-Service W3SVC'
    }
}

function Get-TokenPoolFailure {
    $appcmd = Join-Path $env:windir 'system32\inetsrv\appcmd.exe'
    if (-not (Test-Path -LiteralPath $appcmd)) { return 'There is no appcmd.exe of IIS on this server.' }
    $answer = @(& $appcmd list apppool '/name:SecurityTokenServiceApplicationPool' '/text:state')
    if ($answer.Count -eq 0) { return 'IIS has no application pool SecurityTokenServiceApplicationPool.' }
    $state = ([string]$answer[0]).Trim()
    if ($state -ne 'Started') {
        'The application pool SecurityTokenServiceApplicationPool is not started, IIS says: ' + $state +
        '. Start it:  appcmd.exe start apppool SecurityTokenServiceApplicationPool'
    }
}

function Get-TokenServiceFailure {
    # Any answer but 503 shows that the pool serves requests, though not that tokens are issued. 503 is what
    # the kernel driver of IIS says while the pool is down. The first request after a start takes long.
    $status = 0
    $problem = ''
    try {
        $request = [System.Net.WebRequest]::Create($TokenServiceUri)
        $request.Timeout = 60000
        $request.Proxy = $null
        $response = $request.GetResponse()
        $status = [int]$response.StatusCode
        $response.Close()
    }
    catch {
        $exception = $_.Exception
        $problem = $exception.Message
        while ($null -ne $exception) {
            if ($exception -is [System.Net.WebException] -and $null -ne $exception.Response) {
                $status = [int]$exception.Response.StatusCode
            }
            $exception = $exception.InnerException
        }
    }
    if ($status -eq 0) { 'The security token service does not answer at ' + $TokenServiceUri + ': ' + $problem }
    elseif ($status -eq 503) { 'The security token service is unavailable (HTTP 503) at ' + $TokenServiceUri }
    else { Write-Line ('The security token service answers (HTTP ' + $status + ').') }
}

function Import-SharePoint {
    # Subscription Edition has a module, the versions before it a snap-in.
    if (Get-Command -Name Get-SPFarm -ErrorAction SilentlyContinue) { return }
    if (Get-Module -ListAvailable -Name SharePointServer) { Import-Module -Name SharePointServer; return }
    Add-PSSnapin -Name Microsoft.SharePoint.PowerShell
}

function Get-SharePointFailure {
    if ([System.IntPtr]::Size -eq 4) {
        Write-Warning 'This is the 32-bit PowerShell: the cmdlets of SharePoint exist for 64 bits only.'
    }
    try { Import-SharePoint }
    catch { return 'The cmdlets of SharePoint cannot be loaded: ' + $_.Exception.Message }
    try {
        $farm = Get-SPFarm
        Write-Line ('Farm ' + $farm.Name + ', build ' + $farm.BuildVersion)
        $script:SharePointReady = $true
    }
    catch { return 'The farm cannot be reached: ' + $_.Exception.Message }
    try { Get-SPSecurityTokenServiceConfig | Out-Null }
    catch { 'The configuration of the security token service cannot be read: ' + $_.Exception.Message }
}

function Get-PreflightFailure {
    Get-ElevationFailure
    Get-RunningWizardFailure
    Get-WebServerFailure
    Get-TokenPoolFailure
    Get-TokenServiceFailure
    Get-SharePointFailure
}

# ---- What must be known before anything is changed -------------------------------------------------------

function Get-PatchWarning {
    # Other states are those of a farm between the update and psconfig, or of one that is done.
    param([string]$Server, [string]$Status)
    $whose = $Server
    if ($Server -eq $env:COMPUTERNAME -or $Server -like ($env:COMPUTERNAME + '.*')) { $whose = 'This server, ' + $Server + ',' }
    if ($Status -eq 'InstallRequired') {
        $whose + ' lacks an update that another server of the farm has. Install it there before a database is' +
        ' upgraded. If it is installed, run  Get-SPProduct -Local  on that server, which tells the farm so.'
    }
    elseif ($Status -eq 'UpgradeBlocked') {
        $whose + ' cannot be upgraded by psconfig while another server of the farm lacks an update that it has.'
    }
    elseif ($Status -eq 'UpgradeInProgress') { $whose + ' is being upgraded. Let that end first.' }
}

function Show-PatchState {
    # What the servers told the farm of their updates. It is read and not brought up to date, and so may be old:
    # a reason to warn, not one to stop.
    try {
        $versions = [Microsoft.SharePoint.Administration.SPProductVersions]::GetProductVersions((Get-SPFarm))
        foreach ($server in @(Get-SPServer)) {
            # Servers of SQL and mail are among them: they have no products.
            if ([string]$server.Role -eq 'Invalid') { continue }
            $products = $versions.GetServerProductInfo($server.Id)
            if ($null -eq $products) { continue }
            $status = [string]$products.InstallStatus
            Write-Line ('Updates of ' + $server.Name + ': ' + $status)
            foreach ($warning in @(Get-PatchWarning $server.Name $status)) { Write-Warning (Format-Text $warning) }
        }
    }
    catch { Write-Warning ('Whether all servers have the same updates cannot be read: ' + (Format-Text $_.Exception.Message)) }
}
