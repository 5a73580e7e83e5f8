# ---- The steps; each looks, asks, acts, and looks again --------------------------------------------------

function Test-Consent {
    # Asks once for a step. With -WhatIf, or if the answer is no, the step is noted and left out.
    param($Step, [string]$Action)
    if ($PSCmdlet.ShouldProcess((Format-Text $Step.What), $Action)) { return $true }
    if ($WhatIfPreference) { Add-Result $Step 'WhatIf' $Action } else { Add-Result $Step 'Declined' '' }
    $false
}

function Add-Outcome {
    # What counts is not that a cmdlet ended, but what the farm says afterwards.
    param($Step, [bool]$IsDone, [string]$Message)
    if ($IsDone) { Add-Result $Step 'Done' $Message }
    else { Add-Result $Step 'Unconfirmed' 'The command ended, but the farm does not show its effect.' }
}

# ---- Certificates ----

function Get-CertificateFile {
    # The certificate of a step. Only files of the folder that was named are looked at, never a path from the audit.
    param($Step)
    $folder = Split-Path -Parent $script:ScriptPath
    if ($CertificateFolder -ne '') {
        $folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($CertificateFolder)
    }
    if ($Step.File -eq '') { throw 'The audit saw no file with this certificate. Export it and add it by hand.' }
    $path = Join-Path $folder $Step.File
    if (-not (Test-Path -LiteralPath $path)) { throw ('Copy ' + $Step.File + ' to ' + $folder + ' first.') }
    $found = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Certificate2Collection
    $found.Import($path)
    foreach ($certificate in $found) {
        if ($certificate.HasPrivateKey) { throw 'The file holds a private key. SharePoint is given public certificates only.' }
    }
    foreach ($certificate in $found) {
        if ($Step.Thumbprint -eq '' -or $certificate.Thumbprint -eq $Step.Thumbprint) { return $certificate }
    }
    # Of a text file with several certificates Windows reads the first one.
    throw ('The certificate ' + $Step.Thumbprint + ' is not in ' + $Step.File + '. Export it to a file of its own.')
}

function Find-TrustedRoot {
    param([string]$Thumbprint)
    @(Get-SPTrustedRootAuthority | Where-Object { $_.Certificate.Thumbprint -eq $Thumbprint })
}

function Add-TrustedRoot {
    param($Step)
    if ($Step.Thumbprint -ne '' -and @(Find-TrustedRoot $Step.Thumbprint).Count -gt 0) {
        Add-Result $Step 'NotNeeded' 'It is trusted already.'
        return
    }
    $certificate = Get-CertificateFile $Step
    if (@(Find-TrustedRoot $certificate.Thumbprint).Count -gt 0) {
        Add-Result $Step 'NotNeeded' 'It is trusted already.'
        return
    }
    $name = $Step.Name
    if (@(Get-SPTrustedRootAuthority | Where-Object { $_.Name -eq $name }).Count -gt 0) {
        $name = $name + ' ' + $certificate.Thumbprint.Substring(0, 8)
    }
    if (-not (Test-Consent $Step ('New-SPTrustedRootAuthority ' + $certificate.Thumbprint))) { return }
    New-SPTrustedRootAuthority -Name $name -Certificate $certificate -Confirm:$false -ErrorAction Stop | Out-Null
    Add-Outcome $Step (@(Find-TrustedRoot $certificate.Thumbprint).Count -gt 0) $certificate.Thumbprint
}

function Find-TrustedIssuer {
    param([string]$RegisteredName)
    @(Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.RegisteredIssuerName -eq $RegisteredName })
}

function Add-TrustedIssuer {
    param($Step)
    $registered = $Step.IssuerId + '@' + (Get-SPAuthenticationRealm)
    $certificate = Get-CertificateFile $Step
    $existing = @(Find-TrustedIssuer $registered)
    foreach ($issuer in $existing) {
        $isSame = $null -ne $issuer.SigningCertificate -and $issuer.SigningCertificate.Thumbprint -eq $certificate.Thumbprint
        # Tokens are compared with the name letter by letter. What is no broker shows as a self issuer.
        $isSame = $isSame -and $issuer.RegisteredIssuerName -ceq $registered
        if ($isSame -and (-not $Step.Broker -or -not $issuer.IsSelfIssuer)) {
            Add-Result $Step 'NotNeeded' ($issuer.Name + ' is this issuer with this certificate.')
            return
        }
    }
    if ($existing.Count -gt 0) {
        # To replace an issuer means to remove one: add-ins that still sign with the old certificate would stop.
        Add-Result $Step 'ByHand' ($existing[0].Name + ' is registered as ' + $existing[0].RegisteredIssuerName +
            ', with other letters, with another certificate, or not as a broker. Wanted: ' + $registered)
        return
    }
    if (@(Find-TrustedRoot $certificate.Thumbprint).Count -eq 0 -and $certificate.Subject -eq $certificate.Issuer) {
        Write-Warning 'This certificate signed itself and is not among the trusted roots: add it there as well.'
    }
    if (-not (Test-Consent $Step ('New-SPTrustedSecurityTokenIssuer ' + $registered))) { return }
    $broker = [bool]$Step.Broker
    New-SPTrustedSecurityTokenIssuer -Name $Step.Name -RegisteredIssuerName $registered -Certificate $certificate -IsTrustBroker:$broker -Confirm:$false -ErrorAction Stop | Out-Null
    Add-Outcome $Step (@(Find-TrustedIssuer $registered).Count -gt 0) $registered
}

# ---- Principals and permissions ----

function Get-AddInWeb {
    # The caller disposes it.
    if ($SiteUrl -eq '') { throw 'Name a site with -SiteUrl.' }
    Get-SPWeb -Identity $SiteUrl -ErrorAction Stop
}

function Get-AddInPrincipal {
    param([string]$ClientId, $Web)
    $identifier = $ClientId + '@' + (Get-SPAuthenticationRealm -ServiceContext $Web.Site)
    try { Get-SPAppPrincipal -NameIdentifier $identifier -Site $Web -ErrorAction Stop }
    catch { Write-Verbose ('Get-SPAppPrincipal: ' + $_.Exception.Message) }
}

function Register-AddIn {
    param($Step)
    $web = Get-AddInWeb
    try {
        if ($null -ne (Get-AddInPrincipal $Step.ClientId $web)) {
            Add-Result $Step 'NotNeeded' 'It is registered already.'
            return
        }
        $identifier = $Step.ClientId + '@' + (Get-SPAuthenticationRealm -ServiceContext $web.Site)
        if (-not (Test-Consent $Step ('Register-SPAppPrincipal ' + $identifier))) { return }
        Register-SPAppPrincipal -Site $web -NameIdentifier $identifier -DisplayName $Step.Name -ErrorAction Stop | Out-Null
        Add-Outcome $Step ($null -ne (Get-AddInPrincipal $Step.ClientId $web)) $identifier
    }
    finally { $web.Dispose() }
}

# The kinds of SharePoint by their number.
$script:Rights = @('None', 'Guest', 'Read', 'Write', 'Manage', 'FullControl')

function Get-Permission {
    # What is granted now, as a number.
    param($Principal, $Web, [string]$Scope)
    $manager = New-Object -TypeName Microsoft.SharePoint.SPAppPrincipalPermissionsManager -ArgumentList $Web
    $kind = ''
    if ($Scope -eq 'Site') { $kind = $manager.GetAppPrincipalWebPermission($Principal) }
    elseif ($Scope -eq 'SiteCollection') { $kind = $manager.GetAppPrincipalSitePermission($Principal) }
    else { $kind = $manager.GetAppPrincipalSiteSubscriptionContentPermission($Principal) }
    [array]::IndexOf($script:Rights, $kind.ToString())
}

function Test-AppOnlyPolicy {
    # Whether the principal may act without a user.
    param($Principal, $Web)
    $manager = New-Object -TypeName Microsoft.SharePoint.SPAppPrincipalPermissionsManager -ArgumentList $Web
    [bool]$manager.IsAppOnlyPolicyAllowed($Principal)
}

function Grant-AddIn {
    param($Step)
    $web = Get-AddInWeb
    try {
        $principal = Get-AddInPrincipal $Step.ClientId $web
        if ($null -eq $principal) { throw ('The principal ' + $Step.ClientId + ' is not registered on this farm.') }
        $wanted = [array]::IndexOf($script:Rights, $Step.Right)
        $granted = Get-Permission $principal $web $Step.Scope
        if ($granted -lt 0) { throw 'What is granted now cannot be read, so nothing is set. Use appinv.aspx.' }
        $appOnly = Test-AppOnlyPolicy $principal $web
        if ($granted -ge $wanted -and ($appOnly -or -not $Step.AppOnly)) {
            Add-Result $Step 'NotNeeded' 'As much or more is granted already.'
            return
        }
        # One command sets both: neither a higher right nor a policy that is on is taken away with it.
        $right = $script:Rights[[System.Math]::Max($wanted, $granted)]
        $appOnly = $appOnly -or $Step.AppOnly
        $action = 'Set-SPAppPrincipalPermission ' + $Step.Scope + ' ' + $right
        if ($appOnly) { $action = $action + ' -EnableAppOnlyPolicy' }
        if (-not (Test-Consent $Step $action)) { return }
        Set-SPAppPrincipalPermission -AppPrincipal $principal -Site $web -Scope $Step.Scope -Right $right -EnableAppOnlyPolicy:$appOnly -Confirm:$false -ErrorAction Stop | Out-Null
        $isDone = (Get-Permission $principal $web $Step.Scope) -ge $wanted
        if ($Step.AppOnly) { $isDone = $isDone -and (Test-AppOnlyPolicy $principal $web) }
        Add-Outcome $Step $isDone $SiteUrl
    }
    finally { $web.Dispose() }
}

# ---- Switches of the security token service ----

function Show-PlainWebApplication {
    # OAuth over http ends for these with the switch.
    foreach ($webApplication in @(Get-SPWebApplication)) {
        if ($webApplication.Url.StartsWith('http:')) {
            Write-Warning ('Add-ins stop working on this web application without https: ' + $webApplication.Url)
        }
    }
}

function Disable-OAuthOverHttp {
    param($Step)
    if (-not (Get-SPSecurityTokenServiceConfig).AllowOAuthOverHttp) {
        Add-Result $Step 'NotNeeded' 'It is off already.'
        return
    }
    Show-PlainWebApplication
    if (-not (Test-Consent $Step 'AllowOAuthOverHttp = false, with Update()')) { return }
    $config = Get-SPSecurityTokenServiceConfig
    $config.AllowOAuthOverHttp = $false
    $config.Update()
    Add-Outcome $Step (-not (Get-SPSecurityTokenServiceConfig).AllowOAuthOverHttp) ''
}

function Disable-MetadataOverHttp {
    param($Step)
    if (-not (Get-SPSecurityTokenServiceConfig).AllowMetadataOverHttp) {
        Add-Result $Step 'NotNeeded' 'It is off already.'
        return
    }
    foreach ($issuer in @(Get-SPTrustedSecurityTokenIssuer)) {
        if (([string]$issuer.MetadataEndPoint).StartsWith('http:')) {
            Write-Warning ('This issuer is read over http and is no longer refreshed then: ' + (Format-Text $issuer.Name))
        }
    }
    if (-not (Test-Consent $Step 'AllowMetadataOverHttp = false, with Update()')) { return }
    $config = Get-SPSecurityTokenServiceConfig
    $config.AllowMetadataOverHttp = $false
    $config.Update()
    Add-Outcome $Step (-not (Get-SPSecurityTokenServiceConfig).AllowMetadataOverHttp) ''
}

# ---- What only people can do ----

function Show-NewSecret {
    # Secrets of low trust come from Microsoft Entra. None is made here, none is asked for, none is shown.
    param($Step)
    Write-Line ('A new secret for ' + $Step.ClientId + ' is made by people, in a PowerShell with Microsoft.Graph:')
    Write-Line '  1. Connect-MgGraph -Scopes Application.ReadWrite.All'
    Write-Line ('  2. $sp = Get-MgServicePrincipal -Filter "AppId eq ''' + $Step.ClientId + '''"')
    Write-Line '  3. $new = Add-MgServicePrincipalPassword -ServicePrincipalId $sp.Id'
    Write-Line '     An application since December 2024: Get-MgApplication and Add-MgApplicationPassword.'
    Write-Line '  4. [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($new.SecretText)) goes into ClientSecret,'
    Write-Line '     the old value into SecondaryClientSecret, on every server of the add-in. Wait a day before.'
    Write-Line '  A legacy principal also has two symmetric keys, which must get the same value and dates.'
    Add-Result $Step 'ByHand' 'Nothing was changed.'
}

function Show-IisAdvice {
    param($Step)
    Write-Line 'SharePoint keeps trusted certificates and issuers in memory for up to 24 hours. To end that earlier, run'
    Write-Line 'iisreset on every server of the farm, one after another, outside of working hours.'
    Add-Result $Step 'Told' 'Nothing was restarted.'
}
