// CursorBroker on Azure, whole: one resource group, everything in it by identity, nothing in it a secret.
targetScope = 'subscription'

metadata name = 'CursorBroker'
metadata description = 'The credential broker between Cursor and your code, as an Azure Functions app. See README.md beside this file.'

@description('What names begin with: 3 to 10 lower-case letters and digits, a letter first.')
@minLength(3)
@maxLength(10)
param name string = 'broker'

@description('Region of everything that has one. Flex Consumption with .NET 10 and the Durable Task Scheduler must be offered there.')
param location string

@description('The resource group, made if it is not there.')
param resourceGroupName string = 'rg-${name}'

@description('Tags on everything.')
param tags { *: string } = {}

@description('The GitHub App\'s id or client id. Its private key goes to the key vault, not here.')
@minLength(1)
param githubAppId string

@description('A GitHub Enterprise Server\'s address; empty for github.com.')
param githubUrl string = ''

@description('The broker\'s public address, such as https://broker.example.com; empty for the app\'s own host name. What callers and cookies rely on: set it when a custom domain or a gateway is in front.')
param publicUrl string = ''

@description('Issuer at which people sign in to the pages; Entra\'s v2 issuer of this tenant when empty.')
param signInIssuer string = ''

@description('Client registered there for the pages.')
@minLength(1)
param signInClientId string

@description('Client that asks Microsoft Graph for groups that do not fit in a token; empty to refuse such tokens.')
param graphClientId string = ''

@description('Entra group (object id) whose members may replace the policy and set secrets; empty for none.')
param operatorGroupId string = ''

@description('Entra group (object id) whose members may read the ledger\'s blobs; empty for none.')
param auditorGroupId string = ''

@description('Mail addresses that alerts go to.')
param alertEmails string[] = []

@description('Memory of an instance, in MB.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('Most instances at once.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances kept warm for requests; 0 lets the broker sleep, and the first request then waits for a start. Not 1: two are the least that survive the loss of one.')
@allowed([0, 2, 3, 4, 5, 6, 8, 10, 15, 20])
param alwaysReadyHttp int = 2

@description('Requests that one instance serves at once. A request that waits for an approval counts while it waits.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Largest request body, in MiB: a push, above all. A body whose length is announced is held in memory about four times over.')
@minValue(1)
@maxValue(512)
param bodyLimitMB int = 100

@description('Temporary disk of one instance for pushes under inspection, in MiB; beyond it pushes wait their turn. An instance has less than 1 GB.')
@minValue(1)
@maxValue(768)
param spoolMB int = 512

@description('Points that one caller has per minute on one instance over GitHub\'s API: a read costs one, a write five.')
@minValue(15)
@maxValue(1000000)
param callerPoints int = 900

@description('Hosts that signed addresses of archives, release assets, logs and LFS objects may lead to, beside GitHub.com\'s own: for a GitHub Enterprise Server, those of its storage. A * stands for any part of one label.')
param signedHosts string[] = []

@description('Redirects that clients of the broker\'s own sign-in may register, to the letter, beside Cursor\'s and loopback addresses.')
param oauthRedirects string[] = []

@description('For how many hours groups count as they were at sign-in, where the identity provider cannot be asked again.')
@minValue(1)
@maxValue(24)
param oauthGroupsHours int = 8

@description('Further clients with an id of their own that let devices in: ID=NAME.')
param oauthClients string[] = []

@description('The scope that brings a refresh token of the identity provider, so that groups are read again; none where it knows no such scope.')
param signInOfflineScope string = 'offline_access'

@description('Where approvals wait: queues and tables in the storage account, or the Durable Task Scheduler, for which the app has to be published with DurableTaskScheduler=true.')
param durableState 'DurableTaskScheduler' | 'AzureStorage' = 'AzureStorage'

@description('Addresses that may reach the Durable Task Scheduler, as CIDR ranges; it asks for the broker\'s identity in any case. Replaced by the fixed outbound address when there is one.')
@minLength(1)
param schedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Vaults that callers may reach through the broker, as far as the policy lets them: name and resource group, subscription where it is another one. The broker\'s identity gets a role on each: to read and use secrets, or to set and delete them as well. Never the broker\'s own vault.')
param vaults {
  name: string
  resourceGroup: string
  subscriptionId: string?
  access: 'read' | 'write'
}[] = []

@description('Whether storage and key vault are reached through private endpoints in a virtual network, and not from the internet.')
param privateNetwork bool = false

@description('The virtual network\'s range, /24 or larger.')
param networkAddressPrefix string = '10.80.0.0/24'

@description('Whether the app\'s outbound traffic leaves from one fixed address. Needs privateNetwork.')
param staticOutboundIp bool = false

@description('Public addresses that may reach storage and key vault although the network is private, for administration.')
param adminIpRanges string[] = []

@description('Whether the broker itself can be reached from the internet; otherwise through a private endpoint, which needs privateNetwork.')
param publicBroker bool = true

@description('Days for which nothing in the ledger can be overwritten or deleted. Bound once the container\'s policy is locked: see README.')
@minValue(1)
@maxValue(146000)
param ledgerRetentionDays int = 365

@description('Whether the container\'s policy has been locked. The platform refuses to create a locked one over again, so that it is left out here from then on.')
param ledgerLocked bool = false

@description('Days for which telemetry can be queried.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 90

@description('GB of telemetry a day after which no more is taken in; -1 for no cap.')
param telemetryDailyCapGB int = -1

@description('Copies of what is stored.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_ZRS'

@description('Whether mail goes out through Azure Communication Services.')
param email bool = false

@description('Where mail data rests.')
param emailDataLocation
  | 'Africa'
  | 'Asia Pacific'
  | 'Australia'
  | 'Brazil'
  | 'Canada'
  | 'Europe'
  | 'France'
  | 'Germany'
  | 'India'
  | 'Japan'
  | 'Korea'
  | 'Norway'
  | 'Switzerland'
  | 'UAE'
  | 'UK'
  | 'United States' = 'Europe'

// Refused here with words, where the platform would fail half-way or, worse, not at all.
var networked = staticOutboundIp && !privateNetwork
  ? fail('staticOutboundIp needs privateNetwork: the fixed address belongs to the virtual network.')
  : !publicBroker && !privateNetwork
      ? fail('publicBroker: false needs privateNetwork: without a virtual network nobody could reach the broker.')
      : privateNetwork

var spool = spoolMB < bodyLimitMB ? fail('spoolMB must be at least bodyLimitMB: a push of the largest size has to fit.') : spoolMB

var suffix = uniqueString(subscription().subscriptionId, resourceGroupName, name)
var brokerName = '${name}-${suffix}'
var componentName = '${name}-insights-${suffix}'
var taskHubName = 'broker'
var schedules = durableState == 'DurableTaskScheduler'

// Private means: no public access at all, or none but from the addresses named.
var dataAccess = {
  publicNetworkAccess: networked && empty(adminIpRanges) ? 'Disabled' : 'Enabled'
  defaultAction: networked ? 'Deny' : 'Allow'
  ipRules: networked ? adminIpRanges : []
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: brokerName, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: '${name}-logs-${suffix}'
    componentName: componentName
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    principalName: brokerName
    retentionDays: telemetryRetentionDays
    dailyCapGb: telemetryDailyCapGB
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    hostAccountName: '${name}h${suffix}'
    dataAccountName: '${name}d${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    principalName: brokerName
    operatorGroupId: operatorGroupId
    auditorGroupId: auditorGroupId
    publicNetworkAccess: dataAccess.publicNetworkAccess
    defaultAction: dataAccess.defaultAction
    ipRules: dataAccess.ipRules
    hostsDurableState: !schedules
    ledgerRetentionDays: ledgerRetentionDays
    ledgerLocked: ledgerLocked
    redundancy: redundancy
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyvault 'modules/keyvault.bicep' = {
  scope: group
  params: {
    name: brokerName
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    principalName: brokerName
    operatorGroupId: operatorGroupId
    publicNetworkAccess: dataAccess.publicNetworkAccess
    defaultAction: dataAccess.defaultAction
    ipRules: dataAccess.ipRules
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vaultaccess 'modules/vaultaccess.bicep' = [
  for vault in vaults: {
    scope: resourceGroup(vault.?subscriptionId ?? subscription().subscriptionId, vault.resourceGroup)
    params: {
      name: vault.name
      principalId: identity.outputs.principalId
      principalName: brokerName
      access: vault.access
    }
  }
]

module network 'modules/network.bicep' = if (networked) {
  scope: group
  params: {
    name: '${name}-network'
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
    staticOutboundIp: staticOutboundIp
  }
}

module scheduler 'modules/scheduler.bicep' = if (schedules) {
  scope: group
  params: {
    name: brokerName
    taskHubName: taskHubName
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    principalName: brokerName
    ipAllowlist: staticOutboundIp ? ['${network!.outputs.outboundAddress}/32'] : schedulerIpAllowlist
  }
}

module mail 'modules/email.bicep' = if (email) {
  scope: group
  params: {
    communicationName: brokerName
    emailName: '${name}-mail-${suffix}'
    tags: tags
    principalId: identity.outputs.principalId
    principalName: brokerName
    dataLocation: emailDataLocation
  }
}

module functionapp 'modules/functionapp.bicep' = {
  scope: group
  params: {
    appName: brokerName
    planName: '${name}-plan-${suffix}'
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostAccountName: storage.outputs.hostName
    packagesUrl: storage.outputs.packagesUrl
    applicationInsightsName: componentName
    publicNetworkAccess: publicBroker ? 'Enabled' : 'Disabled'
    subnetId: networked ? network!.outputs.appSubnetId : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    httpConcurrency: httpConcurrency
    bodyLimitMB: bodyLimitMB
    spoolMB: spool
    callerPoints: callerPoints
    signedHosts: signedHosts
    oauthRedirects: oauthRedirects
    oauthGroupsHours: oauthGroupsHours
    oauthClients: oauthClients
    signInOfflineScope: signInOfflineScope
    schedules: schedules
    schedulerEndpoint: schedules ? scheduler!.outputs.endpoint : ''
    taskHubName: taskHubName
    publicUrl: publicUrl
    broker: {
      githubAppId: githubAppId
      githubUrl: githubUrl
      signInIssuer: empty(signInIssuer) ? '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0' : signInIssuer
      signInClientId: signInClientId
      graphTenant: empty(graphClientId) ? '' : tenant().tenantId
      graphClientId: graphClientId
      storageUrl: storage.outputs.dataUrl
      ledgerContainer: storage.outputs.ledgerContainer
      stateContainer: storage.outputs.stateContainer
      policyContainer: storage.outputs.policyContainer
      keyVaultUrl: keyvault.outputs.url
      vaults: join(map(vaults, vault => vault.name), ',')
      mailEndpoint: email ? mail!.outputs.endpoint : ''
      mailFrom: email ? mail!.outputs.sender : ''
    }
  }
}

module endpoints 'modules/endpoints.bicep' = if (networked) {
  scope: group
  params: {
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointSubnetId
    location: location
    tags: tags
    targets: concat(
      [
        { name: '${name}-host-blob', id: storage.outputs.hostId, face: 'blob' }
        { name: '${name}-data-blob', id: storage.outputs.dataId, face: 'blob' }
        { name: '${name}-vault', id: keyvault.outputs.id, face: 'vault' }
      ],
      schedules
        ? []
        : [
            { name: '${name}-host-queue', id: storage.outputs.hostId, face: 'queue' }
            { name: '${name}-host-table', id: storage.outputs.hostId, face: 'table' }
          ],
      publicBroker ? [] : [{ name: '${name}-broker', id: functionapp.outputs.id, face: 'sites' }]
    )
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    namePrefix: name
    location: location
    tags: tags
    componentId: monitoring.outputs.componentId
    emails: alertEmails
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, componentName: componentName }
  dependsOn: [monitoring]
}

@description('Where the broker is.')
output brokerUrl string = functionapp.outputs.url

@description('What a custom domain\'s CNAME points at.')
output hostName string = functionapp.outputs.hostName

@description('The redirect to register for the sign-in client.')
output signInRedirect string = '${functionapp.outputs.url}/login/callback'

output resourceGroupName string = group.name
output functionAppName string = functionapp.outputs.name
output keyVaultName string = keyvault.outputs.name
output dataAccountName string = storage.outputs.dataName

@description('The fixed outbound address; empty when there is none.')
output outboundAddress string = networked ? network!.outputs.outboundAddress : ''
