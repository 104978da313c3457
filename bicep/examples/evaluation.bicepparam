// The cheapest that works: sleeps when nobody asks, one copy of everything, short memory.
using '../main.bicep'

param name = 'trybroker'
param location = 'westeurope'
param githubAppId = '123456'
param signInClientId = '00000000-0000-0000-0000-000000000001'
param operatorGroupId = '00000000-0000-0000-0000-00000000000a'
param alwaysReadyHttp = 0
param durableState = 'AzureStorage'
param redundancy = 'Standard_LRS'
param ledgerRetentionDays = 7
param telemetryRetentionDays = 30
