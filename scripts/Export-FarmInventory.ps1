<#
.SYNOPSIS
Writes down what a SharePoint farm knows about its sites, databases and servers, for spdoctor to read.

.DESCRIPTION
Run it in an elevated PowerShell on one server of the farm, SharePoint 2010 to Subscription Edition, with IIS
and the security token service running: without them sites cannot be opened. The account needs to be a shell
administrator of the farm and of its databases. On SharePoint 2010 use PowerShell 2.0 (powershell.exe
-Version 2.0), as the SharePoint Management Shell does.

It only reads. Each part stands alone: what fails is noted in errors.csv, and the rest is collected.

Files: farm.csv, servers.csv, timer.csv, contentdatabases.csv, databases.csv, sites.csv, enumallwebs_*.xml (of
databases with one name in a folder for each SQL server) with enumallwebs.csv, localupgradestatus.xml,
pendingupgradeactions.csv, healthreports.csv, testcontentdatabase.csv, errors.csv. All of them are UTF-8.

Exit code: 0 everything was collected, 1 something is missing (see errors.csv), 2 there is no SharePoint here.

.PARAMETER OutputFolder
Where the files go; a new folder beside this script if not given. Files of an earlier run there are replaced.

.PARAMETER IncludeVolumes
Asks SQL Server for volume, compatibility level and owner of each content database. Needs a login there; the mount
point of a volume is told only to logins with VIEW SERVER STATE, others get the drive letter.

.PARAMETER SkipTest
Leaves out Test-SPContentDatabase, which takes long and puts load on the databases.

.PARAMETER NoZip
Does not put the files into one archive (which needs PowerShell 5).

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\Export-FarmInventory.ps1 -SkipTest
#>
[CmdletBinding()] param(
    [string]$OutputFolder = '',
    [switch]$IncludeVolumes,
    [switch]$SkipTest,
    [switch]$NoZip
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

$script:Problems = New-Object System.Collections.ArrayList

# ---- Helpers ---------------------------------------------------------------------------------------------

function Write-Part {
    param([string]$Text)
    Write-Host ((Get-Date -Format 'HH:mm:ss') + '  ' + ($Text -replace '\p{C}', '?'))
}

function Add-Problem {
    param([string]$Part, [string]$Object, [string]$Message)
    $flat = $Message -replace '[\r\n]+', ' '
    [void]$script:Problems.Add((New-Object PSObject -Property @{ Part = $Part; Object = $Object; Message = $flat }))
    Write-Warning (($Part + ' ' + $Object + ': ' + $flat) -replace '\p{C}', '?')
}

function Get-Value {
    # A property may not exist in a version, or fail for one object: the column is then empty.
    param($Object, [string]$Name)
    try {
        $property = $Object.PSObject.Properties[$Name]
        if ($null -ne $property) { $property.Value }
    }
    catch { Write-Verbose ('No ' + $Name + ': ' + $_.Exception.Message) }
}

function ConvertTo-FileName {
    # What Windows forbids in names of files, and what PowerShell takes for patterns, becomes %XX.
    param([string]$Text)
    $name = ''
    foreach ($character in $Text.ToCharArray()) {
        $code = [int]$character
        if ($code -lt 32 -or '<>:"/\|?*[]%'.IndexOf($character) -ge 0) { $name = $name + ('%{0:X2}' -f $code) }
        else { $name = $name + $character }
    }
    $name
}

function Write-TextFile {
    param([string]$Path, $Lines)
    $encoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $true
    [System.IO.File]::WriteAllLines($Path, [string[]]@($Lines), $encoding)
}

function Import-SharePoint {
    # Subscription Edition has a module, the versions before it a snap-in.
    if (Get-Command -Name Get-SPFarm -ErrorAction SilentlyContinue) { return }
    if (Get-Module -ListAvailable -Name SharePointServer) { Import-Module -Name SharePointServer; return }
    Add-PSSnapin -Name Microsoft.SharePoint.PowerShell
}

function Get-AttachedDatabase {
    # Every content database of every web application, Central Administration's included, whatever its status;
    # Get-SPContentDatabase alone leaves out that one and, since 2016, those that are not online.
    foreach ($webApplication in @(Get-SPWebApplication -IncludeCentralAdministration)) {
        $address = Get-Value $webApplication 'Url'
        if ([string]$address -eq '') { $address = $webApplication.Name }
        foreach ($database in @($webApplication.ContentDatabases)) {
            New-Object PSObject -Property @{
                Name = $database.Name; Server = [string]$database.Server; Object = $database; WebApplication = $address
                IsCentralAdministration = $webApplication.IsAdministrationWebApplication
            }
        }
    }
}

# ---- Farm and servers ------------------------------------------------------------------------------------

function Get-FarmRow {
    New-Object PSObject -Property @{
        Farm = (Get-SPFarm).Name; BuildVersion = (Get-SPFarm).BuildVersion; Computer = $env:COMPUTERNAME
        LocalTime = (Get-Date -Format 'yyyy-MM-ddTHH:mm:ss'); PowerShell = $PSVersionTable.PSVersion
    }
}

function Get-ServerRow {
    # Not Get-SPProduct -Local: that one writes what it finds into the configuration database.
    $farm = Get-SPFarm
    $versions = [Microsoft.SharePoint.Administration.SPProductVersions]::GetProductVersions($farm)
    foreach ($server in $farm.Servers) {
        $info = $versions.GetServerProductInfo($server.Id)
        New-Object PSObject -Property @{
            Server = $server.Name; Role = Get-Value $server 'Role'; Status = Get-Value $server 'Status'
            NeedsUpgrade = Get-Value $server 'NeedsUpgrade'; InstallStatus = Get-Value $info 'InstallStatus'
            Products = [string]::Join('; ', [string[]]@(Get-Value $info 'Products'))
        }
    }
}

function Get-TimerRow {
    foreach ($server in (Get-SPFarm).Servers) {
        $timers = @($server.ServiceInstances | Where-Object { $_.GetType().Name -eq 'SPTimerServiceInstance' })
        foreach ($timer in $timers) { New-Object PSObject -Property @{ Server = $server.Name; Status = $timer.Status } }
    }
}

# ---- Databases -------------------------------------------------------------------------------------------

$LevelQuery = 'SELECT compatibility_level FROM sys.databases WHERE database_id = DB_ID()'
$OwnerQuery = 'SELECT SUSER_SNAME(owner_sid) FROM sys.databases WHERE database_id = DB_ID()'
$MountQuery = 'SELECT TOP 1 v.volume_mount_point FROM sys.database_files f' +
    ' CROSS APPLY sys.dm_os_volume_stats(DB_ID(), f.file_id) v WHERE f.type = 0 ORDER BY f.size DESC'
$FileQuery = 'SELECT TOP 1 physical_name FROM sys.master_files' +
    ' WHERE database_id = DB_ID() AND type = 0 ORDER BY size DESC'

function Get-SqlValue {
    param($Database, [string]$Query)
    $server = Get-Value $Database 'NormalizedDataSource'
    if ([string]$server -eq '') { $server = $Database.Server }
    $builder = New-Object System.Data.SqlClient.SqlConnectionStringBuilder
    $builder['Data Source'] = [string]$server
    $builder['Initial Catalog'] = [string]$Database.Name
    $builder['Integrated Security'] = $true
    $connection = New-Object -TypeName System.Data.SqlClient.SqlConnection -ArgumentList $builder.ConnectionString
    $command = New-Object -TypeName System.Data.SqlClient.SqlCommand -ArgumentList $Query, $connection
    try { $connection.Open(); $command.ExecuteScalar() }
    finally { $connection.Dispose() }
}

function Get-Volume {
    # The volume of the largest data file.
    param($Database)
    try { return Get-SqlValue $Database $MountQuery }
    catch { Write-Verbose ('Mount points are not told: ' + $_.Exception.Message) }
    $path = Get-SqlValue $Database $FileQuery
    if ([string]$path -ne '') { [System.IO.Path]::GetPathRoot($path) }
}

function Get-ManagedAccountName {
    # Nothing at all is returned where they cannot be read: then nobody can say that an owner is not one of them.
    try { foreach ($account in @(Get-SPManagedAccount)) { [string]$account.UserName } }
    catch { Add-Problem 'managed accounts' '' $_.Exception.Message }
}

function Get-OwnerIsManaged {
    param([string]$Owner, $ManagedAccounts)
    if ($Owner -eq '' -or $ManagedAccounts.Count -eq 0) { return '' }
    # The comparison ignores case, as Windows does in names of accounts.
    [string]($ManagedAccounts -contains $Owner)
}

function Get-ContentDatabaseRow {
    $managedAccounts = @()
    if ($IncludeVolumes) { $managedAccounts = @(Get-ManagedAccountName) }
    foreach ($attached in @(Get-AttachedDatabase)) {
        $database = $attached.Object
        $volume = ''
        $level = ''
        $owner = ''
        try {
            if ($IncludeVolumes) {
                $volume = Get-Volume $database
                $level = Get-SqlValue $database $LevelQuery
                $owner = [string](Get-SqlValue $database $OwnerQuery)
                if ($owner -eq '') { $owner = '(unknown SID)' }
            }
        }
        catch { Add-Problem 'volumes' $attached.Name $_.Exception.Message }
        New-Object PSObject -Property @{
            Name = $attached.Name; Id = $database.Id; Server = $attached.Server
            NeedsUpgrade = Get-Value $database 'NeedsUpgrade'
            NeedsUpgradeIncludeChildren = Get-Value $database 'NeedsUpgradeIncludeChildren'
            DiskSizeRequired = Get-Value $database 'DiskSizeRequired'; WebApplication = $attached.WebApplication
            CurrentSiteCount = Get-Value $database 'CurrentSiteCount'; IsReadOnly = Get-Value $database 'IsReadOnly'
            Status = Get-Value $database 'Status'; IsCentralAdministration = $attached.IsCentralAdministration
            Volume = $volume; CompatibilityLevel = $level; Owner = $owner
            OwnerIsManagedAccount = Get-OwnerIsManaged $owner $managedAccounts
        }
    }
}

function Get-DatabaseRow {
    foreach ($database in @(Get-SPDatabase)) {
        New-Object PSObject -Property @{
            Name = $database.Name; Id = $database.Id; Type = Get-Value $database 'Type'
            ObjectType = $database.GetType().FullName; Server = Get-Value $database 'Server'
            NeedsUpgrade = Get-Value $database 'NeedsUpgrade'
            NeedsUpgradeIncludeChildren = Get-Value $database 'NeedsUpgradeIncludeChildren'
            DiskSizeRequired = Get-Value $database 'DiskSizeRequired'; Status = Get-Value $database 'Status'
        }
    }
}

# ---- Sites -----------------------------------------------------------------------------------------------

function Get-SiteRow {
    # One by one: a site that cannot be opened ends a run of Get-SPSite -Limit All, but not this.
    foreach ($attached in @(Get-AttachedDatabase)) {
        $sites = $null
        $count = 0
        try {
            $sites = $attached.Object.Sites
            $count = $sites.Count
        }
        catch { Add-Problem 'sites' $attached.Name $_.Exception.Message }
        for ($index = 0; $index -lt $count; $index++) {
            $site = $null
            try {
                $site = $sites[$index]
                New-Object PSObject -Property @{
                    ID = $site.ID; Url = $site.Url; ContentDatabase = $attached.Name; Server = $attached.Server
                    NeedsUpgrade = Get-Value $site 'NeedsUpgrade'
                }
            }
            catch { Add-Problem 'sites' ($attached.Name + ' site number ' + $index) $_.Exception.Message }
            finally { if ($null -ne $site) { $site.Dispose() } }
        }
    }
}

function Clear-SiteMap {
    # Files of an earlier run in the same folder: a database may be gone since, or can no longer be read.
    $list = Join-Path $script:Folder 'enumallwebs.csv'
    if (-not (Test-Path -LiteralPath $list)) { return }
    foreach ($row in @(([System.IO.File]::ReadAllText($list)) | ConvertFrom-Csv)) {
        # Only what this script can have written; its folder may be gone.
        if ($row.File -notmatch '^([^\\/:]+\\)?enumallwebs_[^\\/:]+\.xml$' -or $row.File.StartsWith('..')) { continue }
        $file = Join-Path $script:Folder $row.File
        if ([System.IO.File]::Exists($file)) { [System.IO.File]::Delete($file) }
    }
}

function Export-SiteMap {
    # stsadm reads the database itself: it lists the sites that the site map does not know, too.
    $stsadm = $script:Stsadm
    try { Clear-SiteMap }
    catch { Add-Problem 'enumallwebs' 'files of an earlier run' $_.Exception.Message }
    $databases = @(Get-AttachedDatabase)
    $written = @{}
    foreach ($attached in $databases) {
        try {
            $file = 'enumallwebs_' + (ConvertTo-FileName $attached.Name) + '.xml'
            if (@($databases | Where-Object { $_.Name -eq $attached.Name }).Count -gt 1) {
                # The same name on several SQL servers: the name of the file must stay the name of the database.
                $folder = (ConvertTo-FileName $attached.Server) -replace '\.$', '%2E'
                [void][System.IO.Directory]::CreateDirectory((Join-Path $script:Folder $folder))
                $file = Join-Path $folder $file
            }
            if ($written.ContainsKey($file)) { throw 'another database of this server differs in case only' }
            $written[$file] = $true
            if ($attached.Name.IndexOf('"') -ge 0) { throw 'stsadm cannot be given a name with a quotation mark' }
            $lines = @(& $stsadm -o enumallwebs -databasename $attached.Name -databaseserver $attached.Server)
            if ($LASTEXITCODE -ne 0) { throw ([string]::Join(' ', [string[]]$lines)) }
            Write-TextFile (Join-Path $script:Folder $file) $lines
            New-Object PSObject -Property @{ File = $file; Database = $attached.Name; Server = $attached.Server }
        }
        catch { Add-Problem 'enumallwebs' $attached.Name $_.Exception.Message }
    }
}

function Export-LocalUpgradeStatus {
    Write-Part 'localupgradestatus.xml'
    $stsadm = $script:Stsadm
    $path = Join-Path $script:Folder 'localupgradestatus.xml'
    try {
        # What an earlier run wrote is not what was found now.
        [System.IO.File]::Delete($path)
        Write-TextFile $path @(& $stsadm -o localupgradestatus)
        if ($LASTEXITCODE -ne 0) { throw 'stsadm reported an error, see the file' }
    }
    catch { Add-Problem 'localupgradestatus.xml' '' $_.Exception.Message }
}

# ---- What SharePoint itself says is wrong ----------------------------------------------------------------

function Get-HealthRow {
    $list = [Microsoft.SharePoint.Administration.Health.SPHealthReportsList]::Local
    foreach ($item in $list.Items) {
        try {
            # Internal names: the displayed ones depend on the language of the farm.
            New-Object PSObject -Property @{
                Title = $item['Title']; Severity = $item['HealthReportSeverity']
                Category = $item['HealthReportCategory']
                Explanation = $item['HealthReportExplanation']; Remedy = $item['HealthReportRemedy']
            }
        }
        catch { Add-Problem 'healthreports' ([string]$item.ID) $_.Exception.Message }
    }
}

function Get-TestRow {
    foreach ($attached in @(Get-AttachedDatabase)) {
        Write-Part ('Test-SPContentDatabase ' + $attached.Name)
        try {
            foreach ($issue in @(Test-SPContentDatabase -Identity $attached.Object)) {
                New-Object PSObject -Property @{
                    Database = $attached.Name; Category = Get-Value $issue 'Category'; Error = Get-Value $issue 'Error'
                    UpgradeBlocking = Get-Value $issue 'UpgradeBlocking'; Message = Get-Value $issue 'Message'
                    Remedy = Get-Value $issue 'Remedy'
                    Locations = [string]::Join('; ', [string[]]@(Get-Value $issue 'Locations'))
                }
            }
        }
        catch { Add-Problem 'testcontentdatabase' $attached.Name $_.Exception.Message }
    }
}

# ---- The run: each part by itself, columns in a fixed order ----------------------------------------------

function Get-Row {
    param([string]$File)
    switch ($File) {
        'farm.csv' { Get-FarmRow }
        'servers.csv' { Get-ServerRow }
        'timer.csv' { Get-TimerRow }
        'contentdatabases.csv' { Get-ContentDatabaseRow }
        'databases.csv' { Get-DatabaseRow }
        'sites.csv' { Get-SiteRow }
        'enumallwebs.csv' { Export-SiteMap }
        'pendingupgradeactions.csv' { Get-SPFarm | Get-SPPendingUpgradeActions -Recursive }
        'healthreports.csv' { Get-HealthRow }
        'testcontentdatabase.csv' { Get-TestRow }
        'errors.csv' { $script:Problems }
    }
}

function Add-Line {
    # Takes lines as they come: what was collected before something fails is kept.
    param($Lines)
    process { [void]$Lines.Add($_) }
}

function Export-Part {
    # Not with Export-Csv, which takes brackets in a path for a pattern.
    param([string]$File, [string[]]$Column)
    Write-Part $File
    $path = Join-Path $script:Folder $File
    $lines = New-Object System.Collections.ArrayList
    try {
        Get-Row $File | Select-Object -Property $Column | ConvertTo-Csv -NoTypeInformation | Add-Line $lines
        # Without rows there would be no header, and nobody could tell "none" from "not asked".
        if ($lines.Count -eq 0) { [void]$lines.Add('"' + [string]::Join('","', $Column) + '"') }
    }
    catch { Add-Problem $File '' $_.Exception.Message }
    try {
        if ($lines.Count -gt 0) { Write-TextFile $path $lines }
        # What an earlier run wrote is not what was found now.
        else { [System.IO.File]::Delete($path) }
    }
    catch { Add-Problem $File '' $_.Exception.Message }
}

function Export-Everything {
    Export-Part 'farm.csv' @('Farm', 'BuildVersion', 'Computer', 'LocalTime', 'PowerShell')
    Export-Part 'servers.csv' @('Server', 'Role', 'Status', 'NeedsUpgrade', 'InstallStatus', 'Products')
    Export-Part 'timer.csv' @('Server', 'Status')
    Export-Part 'contentdatabases.csv' @('Name', 'Id', 'Server', 'NeedsUpgrade', 'NeedsUpgradeIncludeChildren',
        'DiskSizeRequired', 'WebApplication', 'CurrentSiteCount', 'IsReadOnly', 'Status',
        'IsCentralAdministration', 'Volume', 'CompatibilityLevel', 'Owner', 'OwnerIsManagedAccount')
    Export-Part 'databases.csv' @('Name', 'Id', 'Type', 'ObjectType', 'Server', 'NeedsUpgrade',
        'NeedsUpgradeIncludeChildren', 'DiskSizeRequired', 'Status')
    Export-Part 'sites.csv' @('ID', 'Url', 'ContentDatabase', 'Server', 'NeedsUpgrade')
    Export-Part 'enumallwebs.csv' @('File', 'Database', 'Server')
    Export-LocalUpgradeStatus
    if (Get-Command -Name Get-SPPendingUpgradeActions -ErrorAction SilentlyContinue) {
        Export-Part 'pendingupgradeactions.csv' @('ObjectName', 'ObjectType', 'ParentName', 'Level', 'Status')
    }
    Export-Part 'healthreports.csv' @('Title', 'Severity', 'Category', 'Explanation', 'Remedy')
    if (-not $SkipTest) {
        Export-Part 'testcontentdatabase.csv' @('Database', 'Category', 'Error', 'UpgradeBlocking', 'Message',
            'Remedy', 'Locations')
    }
}

function Complete-Inventory {
    Export-Part 'errors.csv' @('Part', 'Object', 'Message')
    try {
        if (-not $NoZip -and $PSVersionTable.PSVersion.Major -ge 5) {
            # Not with Compress-Archive, which takes brackets in a path for a pattern.
            [void][System.Reflection.Assembly]::LoadWithPartialName('System.IO.Compression.FileSystem')
            $archive = $script:Folder.TrimEnd('\') + '.zip'
            [System.IO.File]::Delete($archive)
            [System.IO.Compression.ZipFile]::CreateFromDirectory($script:Folder, $archive)
        }
    }
    catch { Write-Warning ('The files could not be put into an archive: ' + $_.Exception.Message) }
    Write-Part ('Collected in ' + $script:Folder + ', problems: ' + $script:Problems.Count)
}

function Initialize-Inventory {
    $folder = $OutputFolder
    if ($folder -eq '') {
        $folder = Split-Path -Parent $script:ScriptPath
        $folder = Join-Path $folder ('FarmInventory-' + (Get-Date -Format 'yyyyMMdd-HHmmss'))
    }
    # .NET has a current folder of its own: relative paths are made absolute here.
    $script:Folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($folder)
    [void][System.IO.Directory]::CreateDirectory($script:Folder)
    Import-SharePoint
    $key = 'HKLM:\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\' + (Get-SPFarm).BuildVersion.Major + '.0'
    $script:Stsadm = Join-Path (Get-ItemProperty -Path $key).Location 'BIN\stsadm.exe'
}

$script:ScriptPath = $MyInvocation.MyCommand.Path
try { Initialize-Inventory }
catch {
    Write-Warning ('The farm cannot be read here: ' + $_.Exception.Message)
    exit 2
}

$consoleEncoding = $null
try {
    # stsadm writes in the code page of the console: addresses in other scripts survive only in UTF-8.
    $consoleEncoding = [System.Console]::OutputEncoding
    [System.Console]::OutputEncoding = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
}
catch { Write-Verbose ('This host has no console: ' + $_.Exception.Message) }
try { Export-Everything }
finally {
    try { if ($null -ne $consoleEncoding) { [System.Console]::OutputEncoding = $consoleEncoding } }
    catch { Write-Verbose $_.Exception.Message }
    Complete-Inventory
}
exit [int]($script:Problems.Count -gt 0)
