<#
.SYNOPSIS
Writes down how add-ins are registered and trusted on a SharePoint farm, for spdoctor to read.

.DESCRIPTION
Run it in an elevated SharePoint Management Shell on one server of the farm, SharePoint 2013 to Subscription
Edition. The account needs to be a shell administrator of the farm and able to read the webs that are asked.

It only reads, and it reads no secret: neither client secrets nor private keys. Each part stands alone: what fails
is noted in the list of errors, and the rest is collected.

The result is one JSON file, schema spdoctor.addin-registration/1: app principals with their domains, redirect
addresses and permissions, trusted issuers, the configuration of the security token service, the realm, trusted root
authorities with their public certificates, web applications, the services that add-ins need, installed add-ins, and
on request event receivers.

A farm keeps no list of all its app principals. Those that are known to the webs given are listed, and those given
by their client id. Without -Web the root web of every site collection is asked.

Exit code: 0 everything was collected, 1 something is missing (see errors in the file), 2 nothing was collected: there
is no SharePoint here, or the file cannot be written.

.PARAMETER OutputFile
Where the file goes; beside this script if not given. Its folder has to be there.

.PARAMETER Web
Addresses of webs whose add-ins, app principals, permissions and event receivers are read; commas between them.

.PARAMETER ClientId
Client ids that are looked up even if no web lists them; commas between them.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\Export-AddInRegistration.ps1 -Web https://intranet/sites/hr
#>
[CmdletBinding()] param(
    [string]$OutputFile = '',
    [string[]]$Web = @(),
    [string[]]$ClientId = @()
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$script:Problems = New-Object System.Collections.ArrayList
$script:Parts = New-Object System.Collections.ArrayList

# ---- Helpers ---------------------------------------------------------------------------------------------

function Write-Part {
    param([string]$Text)
    Write-Host ((Get-Date -Format 'HH:mm:ss') + '  ' + ($Text -replace '\p{C}', '?'))
}

function Add-Problem {
    param([string]$Part, [string]$Message)
    $flat = $Message -replace '[\r\n]+', ' '
    [void]$script:Problems.Add((New-Object PSObject -Property @{ part = $Part; message = $flat }))
    Write-Warning (($Part + ': ' + $flat) -replace '\p{C}', '?')
}

function Get-Value {
    # A property may not exist in a version, or fail for one object: the value is then null.
    param($Object, [string]$Name)
    if ($null -eq $Object) { return }
    try {
        $property = $Object.PSObject.Properties[$Name]
        if ($null -ne $property) { $property.Value }
    }
    catch { Write-Verbose ('No ' + $Name + ': ' + $_.Exception.Message) }
}

function ConvertTo-List {
    # powershell.exe -File hands over one text, commas included.
    param([string[]]$Given, [string]$Comma)
    foreach ($text in $Given) {
        foreach ($item in ($text -split $Comma)) {
            $item = $item.Trim().TrimEnd(',')
            if ($item -ne '') { $item }
        }
    }
}

function Import-SharePoint {
    # Subscription Edition has a module, the versions before it a snap-in.
    if (Get-Command -Name Get-SPFarm -ErrorAction SilentlyContinue) { return }
    if (Get-Module -ListAvailable -Name SharePointServer) { Import-Module -Name SharePointServer; return }
    Add-PSSnapin -Name Microsoft.SharePoint.PowerShell
}

# ---- JSON, written by hand: the order of names is fixed, and no version adds wrappers of its own ----------

function ConvertTo-JsonText {
    param($Value)
    if ($null -eq $Value) { return 'null' }
    $text = New-Object System.Text.StringBuilder
    [void]$text.Append('"')
    foreach ($character in ([string]$Value).ToCharArray()) {
        $code = [int]$character
        if ($character -eq '"' -or $character -eq '\') { [void]$text.Append('\').Append($character) }
        elseif ($code -lt 32 -or $code -gt 126) { [void]$text.Append(('\u{0:x4}' -f $code)) }
        else { [void]$text.Append($character) }
    }
    [void]$text.Append('"')
    $text.ToString()
}

function ConvertTo-JsonValue {
    param($Value)
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return ([string]$Value).ToLowerInvariant() }
    if ($Value -is [System.DateTime]) {
        $moment = $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $script:Invariant)
        return (ConvertTo-JsonText $moment)
    }
    if ($Value -is [string] -or $Value -is [System.Guid]) { return (ConvertTo-JsonText $Value) }
    if ($Value -is [System.Collections.IEnumerable]) {
        $items = New-Object System.Collections.ArrayList
        foreach ($item in $Value) { [void]$items.Add((ConvertTo-JsonValue $item)) }
        return ('[' + [string]::Join(', ', [string[]]@($items.ToArray())) + ']')
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) { return (ConvertTo-JsonObject $Value) }
    ConvertTo-JsonText $Value
}

function ConvertTo-JsonObject {
    param($Object)
    $names = New-Object System.Collections.ArrayList
    foreach ($property in $Object.PSObject.Properties) { [void]$names.Add($property.Name) }
    $names.Sort()
    $fields = New-Object System.Collections.ArrayList
    foreach ($name in $names) {
        [void]$fields.Add((ConvertTo-JsonText $name) + ': ' + (ConvertTo-JsonValue $Object.$name))
    }
    '{' + [string]::Join(', ', [string[]]@($fields.ToArray())) + '}'
}

function Add-Part {
    # A part that fails is left out, so that nobody takes "not read" for "none".
    param([string]$Name)
    Write-Part $Name
    try {
        $rows = New-Object System.Collections.ArrayList
        foreach ($row in @(Get-Part $Name)) {
            if ($null -ne $row) { [void]$rows.Add((ConvertTo-JsonValue $row)) }
        }
        $text = '[' + [string]::Join(",`r`n    ", [string[]]@($rows.ToArray())) + ']'
        if ($script:Single -contains $Name) {
            $text = 'null'
            if ($rows.Count -gt 0) { $text = [string]$rows[0] }
        }
        [void]$script:Parts.Add((ConvertTo-JsonText $Name) + ': ' + $text)
    }
    catch { Add-Problem $Name $_.Exception.Message }
}

# ---- Trust of the farm -----------------------------------------------------------------------------------

function Get-IssuerRow {
    foreach ($issuer in @(Get-SPTrustedSecurityTokenIssuer)) {
        $certificate = Get-Value $issuer 'SigningCertificate'
        New-Object PSObject -Property @{
            name = [string](Get-Value $issuer 'Name')
            registeredIssuerName = Get-Value $issuer 'RegisteredIssuerName'
            isSelfIssuer = Get-Value $issuer 'IsSelfIssuer'
            metadataEndPoint = [string](Get-Value $issuer 'MetadataEndPoint')
            certificateThumbprint = Get-Value $certificate 'Thumbprint'
            certificateNotAfter = Get-Value $certificate 'NotAfter'
        }
    }
}

function Get-TokenServiceRow {
    $config = Get-SPSecurityTokenServiceConfig
    $certificate = Get-Value (Get-Value $config 'LocalLoginProvider') 'SigningCertificate'
    New-Object PSObject -Property @{
        nameIdentifier = Get-Value $config 'NameIdentifier'
        allowOAuthOverHttp = Get-Value $config 'AllowOAuthOverHttp'
        allowMetadataOverHttp = Get-Value $config 'AllowMetadataOverHttp'
        signingCertificateThumbprint = Get-Value $certificate 'Thumbprint'
        signingCertificateNotAfter = Get-Value $certificate 'NotAfter'
    }
}

function Get-RootRow {
    foreach ($authority in @(Get-SPTrustedRootAuthority)) {
        $certificate = Get-Value $authority 'Certificate'
        # RawData is the certificate alone; a private key is never part of it.
        $data = Get-Value $certificate 'RawData'
        $base64 = $null
        if ($null -ne $data) { $base64 = [System.Convert]::ToBase64String([byte[]]@($data)) }
        New-Object PSObject -Property @{
            name = [string](Get-Value $authority 'Name')
            thumbprint = Get-Value $certificate 'Thumbprint'
            notAfter = Get-Value $certificate 'NotAfter'
            certificate = $base64
        }
    }
}

function Get-WebApplicationRow {
    foreach ($webApplication in @(Get-SPWebApplication)) {
        foreach ($address in @($webApplication.AlternateUrls)) {
            New-Object PSObject -Property @{
                url = [string](Get-Value $address 'IncomingUrl')
                zone = [string](Get-Value $address 'UrlZone')
            }
        }
    }
}

function Get-ServiceRow {
    $instances = @(Get-SPServiceInstance)
    foreach ($type in 'AppManagementServiceInstance', 'SPSubscriptionSettingsServiceInstance') {
        $online = @($instances | Where-Object { $_.GetType().Name -eq $type -and [string]$_.Status -eq 'Online' })
        $name = 'App Management Service'
        if ($type -ne 'AppManagementServiceInstance') { $name = 'Subscription Settings Service' }
        $status = 'online on ' + $online.Count + ' servers'
        New-Object PSObject -Property @{ name = $name; on = ($online.Count -gt 0); status = $status }
    }
    $applications = @(Get-SPServiceApplication)
    foreach ($type in 'AppManagementServiceApplication', 'SPSubscriptionSettingsServiceApplication') {
        $found = @($applications | Where-Object { $_.GetType().Name -eq $type })
        $name = 'App Management service application'
        if ($type -ne 'AppManagementServiceApplication') { $name = 'Subscription Settings service application' }
        New-Object PSObject -Property @{ name = $name; on = ($found.Count -gt 0); status = ('found ' + $found.Count) }
    }
    # Without the services above SharePoint may refuse to tell the prefix: that is no reason to leave them out.
    foreach ($name in 'app domain', 'app prefix') {
        try {
            if ($name -eq 'app domain') { $value = [string](Get-SPAppDomain) }
            else { $value = [string](Get-SPAppSiteSubscriptionName) }
            New-Object PSObject -Property @{ name = $name; on = ($value -ne ''); status = $value }
        }
        catch { Add-Problem 'services' ($name + ': ' + $_.Exception.Message) }
    }
}

# ---- Webs, their add-ins and receivers -------------------------------------------------------------------

function Get-WebAddress {
    if ($Web.Count -gt 0) { return $Web }
    foreach ($webApplication in @(Get-SPWebApplication)) {
        $sites = $null
        $count = 0
        try {
            $sites = $webApplication.Sites
            $count = $sites.Count
        }
        catch { Add-Problem 'sites' ($webApplication.Url + ': ' + $_.Exception.Message) }
        for ($index = 0; $index -lt $count; $index++) {
            $site = $null
            try {
                $site = $sites[$index]
                $site.Url
            }
            catch { Add-Problem 'sites' ($webApplication.Url + ' site number ' + $index + ': ' + $_.Exception.Message) }
            finally { if ($null -ne $site) { $site.Dispose() } }
        }
    }
}

function Get-OfEachWeb {
    # Opens each web, asks it for one part, closes it.
    param([string]$Part)
    foreach ($address in $script:Webs) {
        $opened = $null
        try {
            $opened = Get-SPWeb -Identity $address
            Get-OfWeb $Part $opened
        }
        catch { Add-Problem $Part ($address + ': ' + $_.Exception.Message) }
        finally { if ($null -ne $opened) { $opened.Dispose() } }
    }
}

function Get-OfWeb {
    param([string]$Part, $Opened)
    switch ($Part) {
        'addIns' { Get-AddInRow $Opened }
        'receivers' { Get-ReceiverRow $Opened }
        'principals' { Get-PrincipalRow $Opened }
    }
}

function Get-AddInRow {
    param($Opened)
    foreach ($instance in @(Get-SPAppInstance -Web $Opened.Url)) {
        if ($null -eq $instance) { continue }
        $app = Get-Value $instance 'App'
        New-Object PSObject -Property @{
            title = [string](Get-Value $instance 'Title')
            productId = [string](Get-Value $app 'ProductId')
            source = [string](Get-Value $app 'Source')
            version = [string](Get-Value $app 'VersionString')
            appPrincipalId = [string](Get-Value $instance 'AppPrincipalId')
            launchUrl = [string](Get-Value $instance 'LaunchUrl')
            remoteAppUrl = [string](Get-Value $instance 'RemoteAppUrl')
            webUrl = [string]$Opened.Url
            status = [string](Get-Value $instance 'Status')
        }
    }
}

function Get-ReceiverRow {
    param($Opened)
    foreach ($receiver in @($Opened.EventReceivers)) {
        New-ReceiverRow $receiver ([string]$Opened.Url)
    }
    foreach ($list in @($Opened.Lists)) {
        foreach ($receiver in @($list.EventReceivers)) {
            New-ReceiverRow $receiver ([string]$Opened.Url + ' ' + [string]$list.Title)
        }
    }
}

function New-ReceiverRow {
    # Receivers of farm solutions have no address.
    param($Receiver, [string]$On)
    $address = [string](Get-Value $Receiver 'Url')
    if ($address -eq '') { return }
    New-Object PSObject -Property @{
        name = [string](Get-Value $Receiver 'Name'); event = [string](Get-Value $Receiver 'Type'); url = $address
        on = $On
    }
}

# ---- App principals --------------------------------------------------------------------------------------

$ProductScopes = @{
    'taxonomy' = '0d4a59a6-7cbc-4be5-8241-4d40fd280158'
    'search' = 'e35199bf-3211-4334-a279-a8752d370e55'
    'social/core' = 'a2ccc2e2-1703-4bd9-955f-77b2550d6f0d'
    'social/trimming' = '17a6290f-30a3-49fd-8b2b-5f4da225c424'
    'social/tenant' = 'fcaec196-a98c-4f8f-b60f-e1a82272a6d2'
}

function Get-PrincipalRow {
    param($Opened)
    $manager = [Microsoft.SharePoint.SPAppPrincipalManager]::GetManager($Opened)
    $realm = [string](Get-SPAuthenticationRealm -ServiceContext $Opened.Site)
    foreach ($id in @(Get-PrincipalId $Opened)) {
        try {
            $provider = [Microsoft.SharePoint.SPAppPrincipalIdentityProvider]::External
            $name = [Microsoft.SharePoint.SPAppPrincipalName]::CreateFromAppPrincipalIdentifier($id)
            $principal = $manager.LookupAppPrincipal($provider, $name)
            if ($null -ne $principal) { New-PrincipalRow $Opened $manager $principal $id $realm }
        }
        catch { Add-Problem 'principals' ($id + ' on ' + $Opened.Url + ': ' + $_.Exception.Message) }
    }
}

function Get-PrincipalId {
    # What the web knows, and what was asked for; the claim ends in "client id@realm".
    param($Opened)
    $found = New-Object System.Collections.ArrayList
    foreach ($asked in $ClientId) { [void]$found.Add($asked.Trim().ToLowerInvariant()) }
    try {
        foreach ($info in @($Opened.GetSiteAppPrincipals())) {
            $claim = [string](Get-Value $info 'EncodedIdentityClaim')
            if ($claim.IndexOf('|ms.sp.int|') -ge 0) { continue }
            $id = ($claim -replace '^.*\|', '') -replace '@.*$', ''
            if ($id -ne '' -and -not $found.Contains($id)) { [void]$found.Add($id) }
        }
    }
    catch { Add-Problem 'principals' ('the list of ' + $Opened.Url + ': ' + $_.Exception.Message) }
    $found.ToArray()
}

function New-PrincipalRow {
    param($Opened, $Manager, $Principal, [string]$Id, [string]$Realm)
    $authorities = $null
    $addresses = $null
    try {
        $configuration = $Manager.GetAppPrincipalConfiguration($Principal)
        $authorities = @(foreach ($entry in $configuration.ApplicationEndpointAuthorities) { [string]$entry })
        $addresses = @(foreach ($entry in $configuration.RedirectAddresses) { [string]$entry })
    }
    catch { Add-Problem 'principals' ($Id + ', its domains: ' + $_.Exception.Message) }
    $permissions = New-Object -TypeName Microsoft.SharePoint.SPAppPrincipalPermissionsManager -ArgumentList $Opened
    $name = [string](Get-Value $Principal 'NameIdentifier')
    if ($name -eq '') { $name = $Id + '@' + $Realm }
    New-Object PSObject -Property @{
        clientId = $Id; nameIdentifier = $name; displayName = [string](Get-Value $Principal 'DisplayName')
        endpointAuthorities = $authorities; redirectAddresses = $addresses
        appOnlyAllowed = Get-AppOnly $permissions $Principal
        permissions = @(Get-PermissionRow $permissions $Principal ([string]$Opened.Url))
    }
}

function Get-AppOnly {
    param($Permissions, $Principal)
    try { [bool]$Permissions.IsAppOnlyPolicyAllowed($Principal) }
    catch { Write-Verbose ('The app-only policy is not told: ' + $_.Exception.Message) }
}

function Get-Right {
    param($Permissions, $Principal, [string]$Scope)
    switch ($Scope) {
        'content/sitecollection/web' { return $Permissions.GetAppPrincipalWebPermission($Principal) }
        'content/sitecollection' { return $Permissions.GetAppPrincipalSitePermission($Principal) }
        'content/tenant' { return $Permissions.GetAppPrincipalSiteSubscriptionContentPermission($Principal) }
    }
    $product = New-Object -TypeName System.Guid -ArgumentList $ProductScopes[$Scope]
    $bytes = $Permissions.GetAppPrincipalSiteSubscriptionPermission($Principal, $product)
    # The kind comes as four bytes.
    if ($null -eq $bytes -or @($bytes).Count -lt 4) { return 'None' }
    [Microsoft.SharePoint.SPAppPrincipalPermissionKind][System.BitConverter]::ToInt32([byte[]]@($bytes), 0)
}

function Get-PermissionRow {
    param($Permissions, $Principal, [string]$On)
    $scopes = @('content/sitecollection/web', 'content/sitecollection', 'content/tenant') + @($ProductScopes.Keys)
    foreach ($scope in $scopes) {
        try {
            $right = [string](Get-Right $Permissions $Principal $scope)
            $place = $null
            if ($scope -like 'content/sitecollection*') { $place = $On }
            if ($right -ne '' -and $right -ne 'None') {
                New-Object PSObject -Property @{ scope = $scope; right = $right; on = $place }
            }
        }
        catch { Add-Problem 'permissions' ($scope + ': ' + $_.Exception.Message) }
    }
}

# ---- The run ---------------------------------------------------------------------------------------------

function Get-Part {
    param([string]$Name)
    switch ($Name) {
        'farmBuild' { [string](Get-SPFarm).BuildVersion }
        'authenticationRealm' { [string](Get-SPAuthenticationRealm) }
        'tokenService' { Get-TokenServiceRow }
        'issuers' { Get-IssuerRow }
        'trustedRoots' { Get-RootRow }
        'webApplications' { Get-WebApplicationRow }
        'services' { Get-ServiceRow }
        'principals' { Get-OfEachWeb 'principals' }
        'addIns' { Get-OfEachWeb 'addIns' }
        'receivers' { Get-OfEachWeb 'receivers' }
        'errors' { $script:Problems }
    }
}

function Export-Everything {
    [void]$script:Parts.Add('"schema": "spdoctor.addin-registration/1"')
    $now = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', $script:Invariant)
    [void]$script:Parts.Add('"generated": ' + (ConvertTo-JsonText $now))
    foreach ($name in 'farmBuild', 'authenticationRealm', 'tokenService', 'issuers', 'trustedRoots', 'webApplications',
        'services') { Add-Part $name }
    try { $script:Webs = @(Get-WebAddress) }
    catch { Add-Problem 'sites' $_.Exception.Message }
    Add-Part 'principals'
    Add-Part 'addIns'
    if ($Web.Count -gt 0) { Add-Part 'receivers' }
    Add-Part 'errors'
}

function Initialize-File {
    # Tried before anything is collected, which may take an hour. A file of an earlier run stays until then.
    $file = $OutputFile
    if ($file -eq '') {
        $file = Join-Path (Split-Path -Parent $script:ScriptPath) ('AddInRegistration-' +
            (Get-Date -Format 'yyyyMMdd-HHmmss') + '.json')
    }
    # .NET has a current folder of its own: relative paths are made absolute here.
    $script:File = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($file)
    $isNew = -not [System.IO.File]::Exists($script:File)
    [System.IO.File]::AppendAllText($script:File, '')
    if ($isNew) { [System.IO.File]::Delete($script:File) }
}

function Initialize-Export {
    $script:Invariant = [System.Globalization.CultureInfo]::InvariantCulture
    $script:Single = @('farmBuild', 'authenticationRealm', 'tokenService')
    $script:Webs = @()
    Import-SharePoint
    [void](Get-SPFarm)
}

$script:ScriptPath = $MyInvocation.MyCommand.Path
# An address may hold a comma itself.
$Web = @(ConvertTo-List $Web ',(?=\s*https?:)')
$ClientId = @(ConvertTo-List $ClientId ',')
try { Initialize-File }
catch {
    Write-Warning ('The file cannot be written, see -OutputFile: ' + $_.Exception.Message)
    exit 2
}
try { Initialize-Export }
catch {
    Write-Warning ('The farm cannot be read here: ' + $_.Exception.Message)
    exit 2
}
Export-Everything
$text = "{`r`n  " + [string]::Join(",`r`n  ", [string[]]@($script:Parts.ToArray())) + "`r`n}`r`n"
$encoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $true
[System.IO.File]::WriteAllText($script:File, $text, $encoding)
Write-Part ('Written to ' + $script:File + ', problems: ' + $script:Problems.Count)
exit [int]($script:Problems.Count -gt 0)
