# Sourced by ./blase3d and ./test.sh: the .NET SDK has to be there, and what it is told before it is called.
if ! command -v dotnet >/dev/null 2>&1; then
  echo "blase3d: the .NET 10 SDK is missing; install the package dotnet-sdk-10.0 (Debian, Ubuntu, Fedora), dotnet-sdk (Homebrew) or dotnet-sdk=10 (conda), and run this again." >&2
  exit 4
fi
# Without ICU on the machine the SDK stops at its first line; the engine's own numbers and texts are invariant, so ICU is not needed.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-1}"
export DOTNET_NOLOGO="${DOTNET_NOLOGO:-1}"
export DOTNET_CLI_TELEMETRY_OPTOUT="${DOTNET_CLI_TELEMETRY_OPTOUT:-1}"
