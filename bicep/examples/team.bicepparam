// A team's broker: on the internet, as its users are; warm; alerts and mail go out.
using '../main.bicep'

param name = 'broker'
param location = 'westeurope'
param tags = { service: 'cursorbroker', owner: 'platform' }
param githubAppId = '123456'
param publicUrl = 'https://broker.example.com'
param signInClientId = '00000000-0000-0000-0000-000000000001'
param graphClientId = '00000000-0000-0000-0000-000000000002'
param operatorGroupId = '00000000-0000-0000-0000-00000000000a'
param auditorGroupId = '00000000-0000-0000-0000-00000000000b'
param alertEmails = ['platform@example.com']
param email = true
