# Compiles and signs the small programs that KeychainAuth.Windows.Tests starts, on a real Windows with gcc (mingw-w64).
# What scripts/test-windows does under Wine.
param([Parameter(Mandatory)] [string] $Directory)
$ErrorActionPreference = 'Stop'

$source = Join-Path $PSScriptRoot '../tests/Programs/pipe-speaker.c'
New-Item -ItemType Directory -Force $Directory | Out-Null
& gcc -O1 -Wall -Wextra -Werror -o "$Directory/pipe-speaker.exe" $source
if ($LASTEXITCODE -ne 0) { throw 'pipe-speaker.c does not compile.' }
& gcc -O2 -g -o "$Directory/other.exe" $source
if ($LASTEXITCODE -ne 0) { throw 'pipe-speaker.c does not compile.' }

$certificate = New-SelfSignedCertificate -Type CodeSigningCert -Subject 'CN=keychain-auth test' -CertStoreLocation Cert:\CurrentUser\My
try {
    Copy-Item "$Directory/pipe-speaker.exe" "$Directory/signed.exe"
    Set-AuthenticodeSignature -FilePath "$Directory/signed.exe" -Certificate $certificate -HashAlgorithm SHA256 | Out-Null
}
finally {
    Remove-Item "Cert:\CurrentUser\My\$($certificate.Thumbprint)"
}

# One text in it is another one afterwards.
$latin = [Text.Encoding]::GetEncoding(28591)
$content = $latin.GetString([IO.File]::ReadAllBytes("$Directory/signed.exe"))
if (-not $content.Contains('error %lu')) { throw 'signed.exe does not hold the text that is to be changed.' }
[IO.File]::WriteAllBytes("$Directory/tampered.exe", $latin.GetBytes($content.Replace('error %lu', 'ERROR %lu')))
