// Nothing reachable from the internet: a virtual network, private endpoints, one fixed address towards GitHub.
using '../main.bicep'

param name = 'broker'
param location = 'westeurope'
param tags = { service: 'cursorbroker', owner: 'platform' }
param githubAppId = '123456'
param githubUrl = 'https://github.example.com'
param publicUrl = 'https://broker.example.com'
param signInClientId = '00000000-0000-0000-0000-000000000001'
param operatorGroupId = '00000000-0000-0000-0000-00000000000a'
param auditorGroupId = '00000000-0000-0000-0000-00000000000b'
param alertEmails = ['platform@example.com']
param privateNetwork = true
param staticOutboundIp = true
param publicBroker = false
param instanceMemoryMB = 4096
param bodyLimitMB = 200
param redundancy = 'Standard_GZRS'
param ledgerRetentionDays = 2557

// The app has to be published with -p:DurableTaskScheduler=true; without the line approvals wait in the storage account.
param durableState = 'DurableTaskScheduler'
