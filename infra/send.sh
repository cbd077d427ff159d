#!/bin/sh
# Publishes the app, packs it with its run bit, and sends it to a function app that infra/main.bicep made.
# Usage: sh infra/send.sh RESOURCE_GROUP FUNCTION_APP
# The environment variable AccessRegistry, if it is set, is the full path of the access registry to pack with it. AZURE_SUBSCRIPTION_ID, which azd sets, is
# the subscription; without it the one that az has chosen.
set -eu
group=${1:?The resource group is missing.}
app=${2:?The name of the function app is missing.}
cd "$(dirname "$0")/.."

dotnet publish src/HubSpotMonitor.Functions -c Release
# Without the file that the settings name the monitor would not start any more.
if grep -v '^ *//' infra/main.bicepparam | grep -q Posture__RegistryFile && ! [ -f src/HubSpotMonitor.Functions/bin/Release/net10.0/linux-x64/publish/access-registry.yaml ]; then
  echo "infra/main.bicepparam names Posture__RegistryFile, and the package has no access-registry.yaml: set the environment variable AccessRegistry." >&2
  exit 1
fi
dotnet build src/HubSpotMonitor.Functions -c Release --no-restore -t:Zip
az functionapp deployment source config-zip ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"} --resource-group "$group" --name "$app" --src app.zip
