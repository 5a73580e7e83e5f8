<#
.SYNOPSIS
Upgrades the content databases whose sites an upgrade of SharePoint left behind.

.DESCRIPTION
Run it in an elevated PowerShell on one patched SharePoint server, with IIS running, as an account that is a
local administrator, a shell administrator of the farm and db_owner of the databases. On SharePoint 2010 use
PowerShell 2.0 (powershell.exe -Version 2.0), as the SharePoint Management Shell does.

It checks that the token service answers and tells which servers lack an update, then upgrades each database
once, one after another, together with its sites. A database that has nothing left to upgrade is left alone, so
the script may be run again at any time. Nothing else is changed: no locks, no forced steps, no database that is
not a content database.

Exit code: 0 everything is fine, 1 something failed or still needs an upgrade, 2 a precondition is missing
(with -WhatIf all is reported nevertheless) and nothing was changed.

.PARAMETER LogFolder
Where the transcript and the results go; the folder of this script if not given.

.PARAMETER Always
Upgrades the databases of the plan even if SharePoint says that nothing in them needs it.

.PARAMETER NoPrompt
Asks nothing. For scheduled tasks: powershell.exe -File cannot pass -Confirm:$false.

.PARAMETER Only
The number of one database in the plan: only this one is upgraded.

.PARAMETER TokenServiceUri
Address of the security token service, in case the farm does not use the usual port.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix.ps1 -WhatIf
Checks everything and tells what would be done.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix.ps1
Asks before each database.
#>
[CmdletBinding(SupportsShouldProcess=$true, ConfirmImpact='High')] param(
    [string]$LogFolder = '',
    [switch]$Always,
    [switch]$NoPrompt,
    [int]$Only = 0,
    [string]$TokenServiceUri = 'http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
