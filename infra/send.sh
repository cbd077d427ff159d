#!/bin/sh
# Publishes the app, packs it with its run bit, and sends it to a function app that infra/main.bicep made.
# Usage: sh infra/send.sh RESOURCE_GROUP FUNCTION_APP
# The environment variable AccessRegistry, if it is set, is the full path of the list of keys and apps to pack with it.
set -eu
group=${1:?The resource group is missing.}
app=${2:?The name of the function app is missing.}
cd "$(dirname "$0")/.."

dotnet publish src/HubSpotMonitor.Functions -c Release
dotnet build src/HubSpotMonitor.Functions -c Release --no-restore -t:Zip
az functionapp deployment source config-zip --resource-group "$group" --name "$app" --src app.zip
