# ---- Which databases of the farm the plan means ----------------------------------------------------------

$script:Targets = New-Object System.Collections.ArrayList
$script:TargetById = @{}

function Get-AttachedDatabase {
    # Every content database of every web application, Central Administration's included, whatever its status.
    # Get-SPContentDatabase alone returns neither that one nor, since 2016, those that are not online, and it
    # takes one name for one database.
    foreach ($webApplication in @(Get-SPWebApplication -IncludeCentralAdministration)) {
        foreach ($database in @($webApplication.ContentDatabases)) {
            New-Object PSObject -Property @{
                Id = $database.Id; Name = $database.Name; Server = [string]$database.Server; Object = $database
                CentralAdministration = $webApplication.IsAdministrationWebApplication
            }
        }
    }
}

function Get-NamedDatabase {
    # What SharePoint itself finds under a name that the walk through the farm does not show. It takes one name for
    # one database, even if another SQL Server has that name too: so the server must not speak against it. Nothing
    # where it finds none or several, or where it would take characters of the name for a pattern.
    param([string]$Name, [string]$Server)
    if ($Name.IndexOfAny('*?[]`'.ToCharArray()) -ge 0) { return }
    $found = @()
    try { $found = @(Get-SPContentDatabase -Identity $Name -ErrorAction Stop) }
    catch { Write-Verbose ('Get-SPContentDatabase: ' + $_.Exception.Message) }
    if ($found.Count -ne 1 -or $found[0].Name -ne $Name) { return }
    $itsServer = [string]$found[0].Server
    if ($Server -ne '' -and $itsServer -ne '' -and $itsServer -ne $Server) { return }
    New-Object PSObject -Property @{
        Id = $found[0].Id; Name = $found[0].Name; Server = $itsServer; Object = $found[0]
    }
}

function Find-ByName {
    # SQL Server usually ignores case in names; where two differ in nothing else, case decides.
    param([string]$Name, [string]$Server, $Attached)
    $found = @($Attached | Where-Object { $_.Name -eq $Name })
    if ($found.Count -gt 1 -and $Server -ne '') { $found = @($found | Where-Object { $_.Server -eq $Server }) }
    if ($found.Count -gt 1) { $found = @($found | Where-Object { $_.Name -ceq $Name }) }
    $found
}

function Add-Target {
    param($Attached, [string]$Reason, [bool]$OnlyIfNeeded)
    $key = $Attached.Id.ToString()
    if ($script:TargetById.ContainsKey($key)) {
        $known = $script:TargetById[$key]
        if (-not $known.Reason.Contains($Reason)) { $known.Reason = $known.Reason + '; ' + $Reason }
        return
    }
    $target = New-Object PSObject -Property @{
        Id = $Attached.Id; Name = $Attached.Name; Server = $Attached.Server
        Reason = $Reason; OnlyIfNeeded = $OnlyIfNeeded
    }
    $script:TargetById[$key] = $target
    [void]$script:Targets.Add($target)
}

function Add-PlannedTarget {
    param($Planned, $Attached)
    $found = @(Find-ByName $Planned.Name $Planned.Server $Attached)
    if ($found.Count -eq 0) { $found = @(Get-NamedDatabase $Planned.Name $Planned.Server) }
    if ($found.Count -eq 1) { Add-Target $found[0] $Planned.Reason $false; return }
    $result = 'NotFound'
    $message = 'No content database of this name is attached to this farm, or several are and none on this server.'
    if ($found.Count -gt 1) {
        $result = 'Ambiguous'
        $message = 'Several content databases bear this name; the plan does not tell them apart. Skipped.'
    }
    Add-Result @{ Database = $Planned.Name; Server = $Planned.Server; Reason = $Planned.Reason
        Result = $result; Message = $message }
}

function Add-SiteTarget {
    # A site by its id or address.
    param([string]$Site, [string]$Reason, $Attached)
    $databaseId = $null
    $problem = 'its database is not attached to a web application'
    $found = @()
    try {
        # An address may hold what SharePoint takes for a pattern: one site is an answer, several are none.
        $found = @(Get-SPSite -Identity $Site -Limit 2)
        if ($found.Count -eq 1) { $databaseId = $found[0].ContentDatabase.Id }
        else { $problem = 'SharePoint finds ' + $found.Count + ' sites under it' }
    }
    catch { $problem = $_.Exception.Message }
    finally { foreach ($opened in $found) { $opened.Dispose() } }
    foreach ($database in $Attached) {
        if ($database.Id -eq $databaseId) { Add-Target $database $Reason $false; return }
    }
    Add-Result @{ Reason = 'site ' + $Site; Result = 'SiteNotFound'
        Message = 'Not found; not in the site map: see UA02. ' + $problem }
}

function Find-Target {
    # Fills the list of targets: each database once, however many names and sites lead to it.
    $attached = @(Get-AttachedDatabase)
    $wanted = @($PlannedDatabases | Where-Object { $Only -eq 0 -or $_.Number -eq $Only })
    foreach ($planned in $wanted) { Add-PlannedTarget $planned $attached }
    if ($Only -ne 0) {
        if ($wanted.Count -eq 0) { throw ('The plan has no database with the number ' + $Only + '.') }
        return
    }
    foreach ($siteId in $UnresolvedSites) { Add-SiteTarget $siteId $SiteReason $attached }
    foreach ($address in $UnresolvedUrls) { Add-SiteTarget $address $UrlReason $attached }
    if (-not $IncludeCentralAdministration) { return }
    foreach ($database in $attached) {
        if ($database.CentralAdministration) { Add-Target $database 'database of Central Administration' $true }
    }
}
