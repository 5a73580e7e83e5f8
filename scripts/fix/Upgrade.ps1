# ---- The upgrade of one database -------------------------------------------------------------------------

function Get-FreshDatabase {
    # By its id, which is no pattern; where SharePoint does not tell of it so, by a walk through the farm.
    param($Id)
    $found = @()
    try { $found = @(Get-SPContentDatabase -Identity $Id -ErrorAction Stop) }
    catch { Write-Verbose ('Get-SPContentDatabase: ' + $_.Exception.Message) }
    if ($found.Count -eq 1 -and $found[0].Id -eq $Id) { return $found[0] }
    foreach ($attached in @(Get-AttachedDatabase)) {
        if ($attached.Id -eq $Id) { return $attached.Object }
    }
}

function Get-UpgradeState {
    # NeedsUpgrade would speak of the schema of the database alone; refused sites show only here.
    param($Database)
    try {
        $value = $Database.NeedsUpgradeIncludeChildren
        if ($null -ne $value) { return $value.ToString() }
    }
    catch { Write-Warning ('The state of the database cannot be read: ' + (Format-Text $_.Exception.Message)) }
    'Unknown'
}

function Update-Target {
    # Notes in the row what happens; whatever this throws is noted by the caller.
    param($Target, $Row)
    $database = Get-FreshDatabase $Target.Id
    if ($null -eq $database) { throw 'The database is no longer attached.' }
    if ($database.GetType().FullName -ne 'Microsoft.SharePoint.Administration.SPContentDatabase') {
        throw 'This is not a content database.'
    }
    $Row['Before'] = Get-UpgradeState $database
    if ($Row['Before'] -eq 'False' -and ($Target.OnlyIfNeeded -or -not $Always)) {
        $Row['Result'] = 'NotNeeded'
        $Row['Message'] = 'Nothing to do.'
        return
    }
    $readOnly = $database.PSObject.Properties['IsReadOnly']
    if ($null -ne $readOnly -and $readOnly.Value -eq $true) { throw 'The database is read-only in SQL Server.' }
    $label = Format-Text ($Target.Name + ' on ' + $Target.Server)
    if (-not $PSCmdlet.ShouldProcess($label, 'Upgrade-SPContentDatabase')) {
        $Row['Result'] = 'Declined'
        if ($WhatIfPreference) { $Row['Result'] = 'WhatIf' }
        return
    }
    Write-Line ('Upgrading ' + $Target.Name + ' on ' + $Target.Server)
    $script:Current = $Row
    # The object, not its name: a name may hold what PowerShell or SharePoint would take for a pattern.
    Upgrade-SPContentDatabase -Identity $database -Confirm:$false -ErrorAction Stop
    $Row['Result'] = 'Upgraded'
}

function Confirm-Upgrade {
    # What counts is not that the cmdlet ended, but that nothing is left to upgrade.
    param($Target, $Row)
    if (-not ('Upgraded', 'Failed' -contains $Row['Result'])) { return }
    $database = $null
    try { $database = Get-FreshDatabase $Target.Id }
    catch { Write-Warning ('The database cannot be read again: ' + (Format-Text $_.Exception.Message)) }
    if ($null -ne $database) { $Row['After'] = Get-UpgradeState $database }
    if ($Row['Result'] -ne 'Upgraded' -or $Row['After'] -eq 'False') { return }
    $Row['Result'] = 'StillNeedsUpgrade'
    $Row['Message'] = 'The newest Upgrade-*.log in the LOGS folder of SharePoint tells why.'
    if ($Row['After'] -ne 'True') {
        $Row['Result'] = 'Unconfirmed'
        $Row['Message'] = 'The upgrade ended, but whether anything is left cannot be read.'
    }
}

function Invoke-Target {
    param($Target)
    $row = @{ Database = $Target.Name; Server = $Target.Server; Reason = $Target.Reason; Result = 'Failed' }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    try { Update-Target $Target $row }
    catch {
        $row['Result'] = 'Failed'
        $row['Message'] = $_.Exception.Message
    }
    $row['Seconds'] = [int]$watch.Elapsed.TotalSeconds
    Confirm-Upgrade $Target $row
    $script:Current = $null
    Add-Result $row
}

function Invoke-EachTarget {
    $number = 0
    foreach ($target in $script:Targets) {
        $number = $number + 1
        Write-Line ('Database ' + $number + ' of ' + $script:Targets.Count + ': ' + $target.Name)
        Invoke-Target $target
    }
}

function Invoke-Serial {
    Find-Target
    Invoke-EachTarget
}
