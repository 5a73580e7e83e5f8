# ---- One database after another --------------------------------------------------------------------------

$script:RunFiles = 'fix-' + (Get-Date -Format 'yyyyMMdd-HHmmss')
$script:GoOn = ($Only -eq 0)

function Invoke-Work { Invoke-Serial }
