@echo off
rem Builds unbrick when needed, then runs it. MSBuild itself finds out whether anything changed.
setlocal
where dotnet >nul 2>nul || (
  echo unbrick: the .NET SDK 10 is missing. Get it from https://dotnet.microsoft.com/download/dotnet/10.0 1>&2
  exit /b 3
)
pushd "%~dp0"
dotnet build src\Unbrick.Cli\Unbrick.Cli.csproj -c Release -v quiet --nologo 1>&2 || (
  popd
  exit /b 3
)
popd
"%~dp0artifacts\bin\Unbrick.Cli\release\unbrick.exe" %*
