// The app: a Flex Consumption plan of its own, everything by identity, and its settings, all of them here.
param appName string
param planName string
param location string
param tags { *: string }

param identityId string
param identityClientId string

param hostAccountName string
param packagesUrl string
param applicationInsightsName string

@description('Where the app itself can be reached.')
param publicNetworkAccess 'Enabled' | 'Disabled'

@description('Subnet that the app runs in; empty for none.')
param subnetId string

param instanceMemoryMB 512 | 2048 | 4096

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances kept warm for HTTP; 0, or at least 2.')
@minValue(0)
@maxValue(1000)
param alwaysReadyHttp int

@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Largest request body that the platform takes, in MiB.')
@minValue(1)
@maxValue(512)
param bodyLimitMB int

@description('Temporary disk that one instance may use for pushes under inspection, in MiB.')
@minValue(1)
@maxValue(768)
param spoolMB int

@description('Points that one caller has per minute on one instance over GitHub\'s API.')
@minValue(15)
@maxValue(1000000)
param callerPoints int

@description('Further hosts that signed addresses may lead to.')
param signedHosts string[]

@description('Redirects that clients of the broker\'s own sign-in may register, to the letter, beside Cursor\'s and loopback addresses.')
param oauthRedirects string[]

@description('For how many hours groups count as they were at sign-in, where the identity provider cannot be asked again.')
@minValue(1)
@maxValue(24)
param oauthGroupsHours int

@description('Further clients with an id of their own that let devices in: ID=NAME.')
param oauthClients string[]

@description('The scope that brings a refresh token of the identity provider, so that groups are read again; none where it knows no such scope.')
param signInOfflineScope string

@description('Whether the Durable Task Scheduler keeps durable state, and not Azure Storage.')
param schedules bool

@description('The scheduler\'s endpoint; empty when there is none.')
param schedulerEndpoint string
param taskHubName string

@description('The broker\'s public address; empty for the app\'s own host name.')
param publicUrl string

@description('Settings that come from other resources and from parameters; none is secret, and an empty one counts as absent.')
param broker brokerSettings

@description('What the broker is told of the world around it. Secrets are named, never given.')
type brokerSettings = {
  githubAppId: string
  githubUrl: string
  signInIssuer: string
  signInClientId: string
  graphTenant: string
  graphClientId: string
  storageUrl: string
  ledgerContainer: string
  stateContainer: string
  policyContainer: string
  keyVaultUrl: string
  vaults: string
  mailEndpoint: string
  mailFrom: string
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: appName
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: publicNetworkAccess
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

var address = empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl

// Apart from the app, because the app's own host name is among them. README's table says what each is for; a test holds the two together.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: hostAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    AZURE_CLIENT_ID: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    APPLICATIONINSIGHTS_STATSBEAT_DISABLED: 'true'
    APPLICATIONINSIGHTS_SDKSTATS_DISABLED: 'true'
    AzureWebJobsDisableHomepage: 'true'
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: string(bodyLimitMB * 1024 * 1024)

    // host.json keeps durable state in Azure Storage, which is what a machine without Azure has.
    AzureFunctionsJobHost__extensions__durableTask__hubName: taskHubName
    AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: schedules ? 'azureManaged' : 'AzureStorage'
    AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: schedules
      ? 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
      : 'AzureWebJobsStorage'
    DURABLE_TASK_SCHEDULER_CONNECTION_STRING: schedules ? 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}' : ''

    CURSORBROKER_URL: address
    CURSORBROKER_BODY_LIMIT_MB: string(bodyLimitMB)
    CURSORBROKER_SPOOL_MB: string(spoolMB)
    CURSORBROKER_CALLER_POINTS: string(callerPoints)
    CURSORBROKER_SIGNED_HOSTS: join(signedHosts, ',')
    CURSORBROKER_OAUTH_REDIRECTS: join(oauthRedirects, ',')
    CURSORBROKER_OAUTH_GROUPS_HOURS: string(oauthGroupsHours)
    CURSORBROKER_OAUTH_CLIENTS: join(oauthClients, ',')
    CURSORBROKER_SIGNIN_OFFLINE_SCOPE: signInOfflineScope
    CURSORBROKER_GITHUB_APP_ID: broker.githubAppId
    CURSORBROKER_GITHUB_URL: broker.githubUrl
    CURSORBROKER_SIGNIN_ISSUER: broker.signInIssuer
    CURSORBROKER_SIGNIN_CLIENT_ID: broker.signInClientId
    CURSORBROKER_GRAPH_TENANT: broker.graphTenant
    CURSORBROKER_GRAPH_CLIENT_ID: broker.graphClientId
    CURSORBROKER_STORAGE_URL: broker.storageUrl
    CURSORBROKER_LEDGER_CONTAINER: broker.ledgerContainer
    CURSORBROKER_STATE_CONTAINER: broker.stateContainer
    CURSORBROKER_POLICY_CONTAINER: broker.policyContainer
    CURSORBROKER_POLICY_BLOB: 'policy.yaml'
    CURSORBROKER_KEYVAULT_URL: broker.keyVaultUrl
    CURSORBROKER_KEYVAULT_APP_KEY_SECRET: 'github-app-key'
    CURSORBROKER_KEYVAULT_STATE_KEY_SECRET: 'state-key'
    CURSORBROKER_KEYVAULT_SIGNIN_SECRET: 'signin-client'
    CURSORBROKER_KEYVAULT_GRAPH_SECRET: empty(broker.graphClientId) ? '' : 'graph-client'
    CURSORBROKER_VAULTS: broker.vaults
    CURSORBROKER_MAIL_ENDPOINT: broker.mailEndpoint
    CURSORBROKER_MAIL_FROM: broker.mailFrom
  }
}

output id string = app.id
output name string = app.name
output url string = address
output hostName string = app.properties.defaultHostName
