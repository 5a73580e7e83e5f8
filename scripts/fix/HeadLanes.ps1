<#
.SYNOPSIS
Upgrades the content databases whose sites an upgrade of SharePoint left behind, several at a time.

.DESCRIPTION
Run it in an elevated PowerShell on each of the servers named as a lane, all of them patched and with IIS
running, as an account that is a local administrator, a shell administrator of the farm and db_owner of the
databases. On SharePoint 2010 use PowerShell 2.0 (powershell.exe -Version 2.0), as the SharePoint Management
Shell does. Start each lane on one server only, and the next server some minutes after the one before.

Each lane upgrades its own databases, at most four at a time, each in a process of its own, the starts some
minutes apart. The databases of one SQL volume are tied to at most two chains of the whole plan, and a chain
works on one database at a time: so however the lanes run, no volume has more than two upgrades at once.
It checks that the token service answers and tells which servers lack an update. With -WhatIf a lane looks its
databases up and starts nothing. When all lanes have ended, run the script once more with -Serial on one server:
it resolves what was not known when the plan was made, and repeats what failed.

Exit code: 0 everything is fine, 1 something failed or still needs an upgrade, 2 a precondition is missing
(with -WhatIf all is reported nevertheless) and nothing was changed.

.PARAMETER Lane
The lane of this server. Not needed if there is one lane, or if the lane bears the name of this computer.

.PARAMETER Serial
Works through the whole plan, one database after another, sites of unknown databases included.

.PARAMETER StaggerMinutes
How many minutes lie between two starts of this lane, so that they do not wait for each other's locks.

.PARAMETER LogFolder
Where the transcripts and the results go; the folder of this script if not given.

.PARAMETER Always
Upgrades the databases of the plan even if SharePoint says that nothing in them needs it.

.PARAMETER NoPrompt
Asks nothing. For scheduled tasks: powershell.exe -File cannot pass -Confirm:$false.

.PARAMETER Only
The number of one database in the plan: only this one is upgraded. A lane starts its processes with it.

.PARAMETER RunName
Part of the names of the files of one run. A lane hands its own to its processes.

.PARAMETER TokenServiceUri
Address of the security token service, in case the farm does not use the usual port.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix.ps1 -WhatIf
Checks everything and tells what the lane of this server would do.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix.ps1 -Lane SPS02
Works through the lane SPS02.
#>
[CmdletBinding(SupportsShouldProcess=$true, ConfirmImpact='High')] param(
    [string]$Lane = '',
    [switch]$Serial,
    [int]$StaggerMinutes = 5,
    [string]$LogFolder = '',
    [switch]$Always,
    [switch]$NoPrompt,
    [int]$Only = 0,
    [string]$RunName = '',
    [string]$TokenServiceUri = 'http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
