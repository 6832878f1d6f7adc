#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The Azure CLI, unchanged, against the sandbox: it signs in, makes a server, a private endpoint and a factory's managed
# private endpoint, and approves the connection. Usage: az.sh COMMAND…, where COMMAND starts a sandbox with TLS:
#   tests/strangers/az.sh build/dev/bin/causewayctl sandbox serve --tls --time-scale 200
# Nothing leaves loopback: telemetry and update checks are off, and HOME is a folder of its own.
set -u
command -v az >/dev/null || { echo "skipped: the Azure CLI is not installed"; exit 77; }
work=$(mktemp -d)
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
"$@" >"$work/ready" 2>"$work/server.log" &
server=$!
for _ in $(seq 100); do [ -s "$work/ready" ] && break; sleep 0.1; done
field() { python3 -c "import json,sys; print(json.load(open('$work/ready'))['$1'])"; }
arm=$(field arm) ca=$(field ca) subscription=$(field subscription) || { echo "no ready line"; cat "$work/server.log"; exit 1; }

export HOME=$work/home AZURE_CONFIG_DIR=$work/home/.azure REQUESTS_CA_BUNDLE=$ca AZURE_CORE_COLLECT_TELEMETRY=no
export AZURE_CORE_ONLY_SHOW_ERRORS=yes AZURE_CORE_NO_COLOR=yes AZURE_EXTENSION_USE_DYNAMIC_INSTALL=no MSI_ENDPOINT=$arm/MSI/token
export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1,localhost # whatever else is asked fails at once
mkdir -p "$AZURE_CONFIG_DIR"
az config set core.collect_telemetry=no core.check_version=no auto-upgrade.enable=no >/dev/null 2>&1

# Debian's azure-cli 2.45 asks python3-azure for a network version that Debian does not ship: the nearest one stands in.
cat >"$work/sitecustomize.py" <<'PYTHON'
import importlib, importlib.abc, importlib.util, os, sys
wanted, there = 'azure.mgmt.network.v2022_01_01', 'azure.mgmt.network.v2022_07_01'
class Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == wanted or name.startswith(wanted + '.'):
            return importlib.util.spec_from_loader(name, self)
    def create_module(self, spec):
        return importlib.import_module(spec.name.replace(wanted, there))
    def exec_module(self, module):
        pass
if not os.path.isdir('/usr/lib/python3/dist-packages/azure/mgmt/network/v2022_01_01'):
    sys.meta_path.insert(0, Alias())
PYTHON
export PYTHONPATH=$work

failed=0
step() { # step NAME EXPECTED COMMAND…: the command succeeds and its output contains EXPECTED
  local name=$1 expected=$2; shift 2
  local begin=$SECONDS
  if output=$("$@" 2>&1) && [[ $output == *"$expected"* ]]; then
    echo "ok    $name ($((SECONDS - begin)) s)"
  else
    echo "FAIL  $name"; printf '%s\n' "$output" | tail -${AZ_LINES:-12} | sed 's/^/      /'; failed=1
  fi
}

refused() { # refused NAME CODE COMMAND…: the command fails and names the code
  local name=$1 expected=$2; shift 2
  if output=$("$@" 2>&1); then echo "FAIL  $name: it was not refused"; failed=1
  elif [[ $output == *"$expected"* ]]; then echo "ok    $name"
  else echo "FAIL  $name"; printf '%s\n' "$output" | tail -${AZ_LINES:-12} | sed 's/^/      /'; failed=1; fi
}
cat >"$work/template.json" <<'TEMPLATE'
{ // as people write it
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "name": { "type": "string" } }, /* one parameter */
  "resources": [
    { "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "[parameters('name')]", "location": "[resourceGroup().location]" }
  ]
}
TEMPLATE

id="/subscriptions/$subscription/resourceGroups/rg-az"
pg="$id/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg-az-stranger"
step "cloud register" "" az cloud register -n sandbox --endpoint-resource-manager "$arm"
step "cloud set" "" az cloud set -n sandbox
step "login" "$subscription" az login --identity
step "account" "$subscription" az account show
step "group create" Succeeded az group create -n rg-az -l westeurope
step "group exists" true az group exists -n rg-az
step "group not there" false az group exists -n rg-nobody
step "group show" westeurope az group show -n rg-az
step "group list" rg-az az group list
step "locations" westeurope az account list-locations
step "provider" Registered az provider show -n Microsoft.DBforPostgreSQL
step "template (JSONC) validates" Succeeded az deployment group validate -g rg-az --template-file "$work/template.json" --parameters name=id-deployed
step "identity" principalId az identity create -g rg-az -n id-az
step "identity list" id-az az identity list -g rg-az
step "SKUs" Standard_D2ds_v4 az postgres flexible-server list-skus -l westeurope
step "server create" pg-az-stranger az postgres flexible-server create -g rg-az -n pg-az-stranger -l westeurope --public-access 203.0.113.10 \
  --admin-user azdba --admin-password 'Str0ng-Enough!' --tier GeneralPurpose --sku-name Standard_D2ds_v4 --version 14 --storage-size 128 --yes
step "default database" flexibleserverdb az postgres flexible-server db list -g rg-az -s pg-az-stranger
step "server show" Ready az postgres flexible-server show -g rg-az -n pg-az-stranger
step "server list" pg-az-stranger az postgres flexible-server list -g rg-az
step "firewall rule" 203.0.113.20 az postgres flexible-server firewall-rule create -g rg-az -n pg-az-stranger -r office \
  --start-ip-address 203.0.113.20 --end-ip-address 203.0.113.29
step "firewall rules" office az postgres flexible-server firewall-rule list -g rg-az -n pg-az-stranger
step "firewall rule delete" "" az postgres flexible-server firewall-rule delete -g rg-az -n pg-az-stranger -r office --yes
step "database" sales az postgres flexible-server db create -g rg-az -s pg-az-stranger -d sales
step "parameter" TLSv1.3 az postgres flexible-server parameter set -g rg-az -s pg-az-stranger -n ssl_min_protocol_version -v TLSv1.3
step "parameter show" TLSv1.3 az postgres flexible-server parameter show -g rg-az -s pg-az-stranger -n ssl_min_protocol_version
step "parameter list" wal_level az postgres flexible-server parameter list -g rg-az -s pg-az-stranger
step "server update" pg-az-stranger az postgres flexible-server update -g rg-az -n pg-az-stranger --tags by=az
step "lock" CanNotDelete az lock create -g rg-az -n keep --lock-type CanNotDelete
step "lock list" keep az lock list -g rg-az
refused "lock refuses a delete" ScopeLocked az postgres flexible-server delete -g rg-az -n pg-az-stranger --yes
step "lock delete" "" az lock delete -g rg-az -n keep
step "virtual network" Succeeded az network vnet create -g rg-az -n vnet-az -l westeurope --address-prefix 10.9.0.0/16 --subnet-name snet-pe --subnet-prefix 10.9.1.0/24
step "private endpoint" Pending az network private-endpoint create -g rg-az -n pe-az -l westeurope --vnet-name vnet-az --subnet snet-pe \
  --private-connection-resource-id "$pg" --group-id postgresqlServer --connection-name pe-az --manual-request true --request-message "please"
connections() { az rest --method get --url "$arm$pg/privateEndpointConnections?api-version=2024-08-01" --resource https://management.azure.com/ "$@"; }
step "connections" Pending connections
connection=$(connections --query 'value[0].id' -o tsv)
# `az network private-endpoint-connection approve` does the same two calls, but 2.45 refuses flexible servers by a list of its own.
step "approve" Approved az resource update --ids "$connection" --api-version 2024-08-01 --set \
  properties.privateLinkServiceConnectionState.status=Approved properties.privateLinkServiceConnectionState.description=CHG-1
until_approved() { for _ in $(seq 60); do connections --query 'value[0].properties' -o json | grep -A9 Approved | grep -q Succeeded && echo approved && return; done; return 1; }
step "approved" approved until_approved
step "DNS zone" Succeeded az network private-dns zone create -g rg-az -n privatelink.postgres.database.azure.com
step "DNS link" Succeeded az network private-dns link vnet create -g rg-az -z privatelink.postgres.database.azure.com -n l -v vnet-az -e false
step "DNS zone group" Succeeded az network private-endpoint dns-zone-group create -g rg-az --endpoint-name pe-az -n default \
  --private-dns-zone privatelink.postgres.database.azure.com --zone-name postgres
step "DNS record" 10.9.1. az network private-dns record-set a list -g rg-az -z privatelink.postgres.database.azure.com
step "DNS record show" 10.9.1. az network private-dns record-set a show -g rg-az -z privatelink.postgres.database.azure.com -n pg-az-stranger
step "endpoint show" Succeeded az network private-endpoint show -g rg-az -n pe-az
step "endpoint list" pe-az az network private-endpoint list -g rg-az
step "subnet show" 10.9.1.0/24 az network vnet subnet show -g rg-az --vnet-name vnet-az -n snet-pe
step "zone list" privatelink az network private-dns zone list -g rg-az
step "link show" Completed az network private-dns link vnet show -g rg-az -z privatelink.postgres.database.azure.com -n l
step "factory" Succeeded az resource create -g rg-az -n adf-az-stranger --resource-type Microsoft.DataFactory/factories --api-version 2018-06-01 -l westeurope --properties '{}'
step "factory show" adf-az-stranger az resource show -g rg-az -n adf-az-stranger --resource-type Microsoft.DataFactory/factories
step "rest" adf-az-stranger az rest --method get --url "$id/providers/Microsoft.DataFactory/factories?api-version=2018-06-01"
step "factory delete" "" az resource delete -g rg-az -n adf-az-stranger --resource-type Microsoft.DataFactory/factories
refused "not there" ResourceNotFound az postgres flexible-server show -g rg-az -n pg-nobody
step "resource list" pg-az-stranger az resource list -g rg-az
step "server delete" "" az postgres flexible-server delete -g rg-az -n pg-az-stranger --yes
step "endpoint delete" "" az network private-endpoint delete -g rg-az -n pe-az
step "group delete" "" az group delete -n rg-az --yes
exit $failed
