<#
.SYNOPSIS
Sets right on a farm what the audit of add-ins found and a command can do.

.DESCRIPTION
Run it in an elevated PowerShell on one SharePoint server, with IIS running, as an account that is a local
administrator and a shell administrator of the farm.

Each step looks first whether it is needed, asks, acts, and looks again. A step that is done already is left
alone, so the script may be run again at any time. Nothing is deleted, no permission is lowered, no secret is
made or shown: where a new secret is needed the script tells how people make one. What belongs to SharePoint
Online stands in the comments above and is not touched.

Exit code: 0 everything is fine, 1 something failed or is left to people, 2 a precondition is missing (with
-WhatIf all is reported nevertheless) and nothing was changed.

.PARAMETER SiteUrl
Address of a site. Principals are registered there, and permissions of the scopes web and site collection are
granted there. Without it those steps are told and left out.

.PARAMETER CertificateFolder
Where the certificate files lie that the steps name; the folder of this script if not given. Copy them there
first: public certificates only, no private keys.

.PARAMETER LogFolder
Where the transcript and the results go; the folder of this script if not given.

.PARAMETER NoPrompt
Asks nothing. For scheduled tasks: powershell.exe -File cannot pass -Confirm:$false.

.PARAMETER Only
The number of one step in the plan: only this one is done.

.PARAMETER TokenServiceUri
Address of the security token service, in case the farm does not use the usual port.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix-addins.ps1 -WhatIf
Checks everything and tells what would be done.

.EXAMPLE
powershell.exe -ExecutionPolicy RemoteSigned -File .\fix-addins.ps1 -SiteUrl https://intranet/sites/orders
Asks before each step.
#>
[CmdletBinding(SupportsShouldProcess=$true, ConfirmImpact='High')] param(
    [string]$SiteUrl = '',
    [string]$CertificateFolder = '',
    [string]$LogFolder = '',
    [switch]$NoPrompt,
    [int]$Only = 0,
    [string]$TokenServiceUri = 'http://localhost:32843/SecurityTokenServiceApplication/securitytoken.svc'
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
