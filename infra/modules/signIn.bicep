// Who comes in: people of this tenant, by the platform's own sign-in. What they may do there the app decides by their app role (reader, responder). What HubSpot, mail readers and probes call stays open,
// since each of those proves itself otherwise (a signature, a signed link) or learns one word.

param appName string

@description('Client id of the Entra app registration; empty: the page is closed to everybody.')
param clientId string

@description('Object ids of the groups that may sign in; empty: whoever the app registration lets in.')
param groups string[]

@description('Client ids of apps that may call the API with a token of their own.')
param callers string[]

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

var closed = empty(clientId)

resource signIn 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: closed ? 'Return403' : 'RedirectToLoginPage'
      redirectToProvider: closed ? null : 'azureactivedirectory'
      // Documented only with * at the end. Under /alerts/ there is nothing but /alerts/{id}/act; a test says so.
      excludedPaths: ['/webhooks/*', '/alerts/*', '/assets/*', '/health', '/connect/callback']
    }
    identityProviders: closed
      ? {}
      : {
          azureActiveDirectory: {
            enabled: true
            registration: {
              clientId: clientId
              openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
              // Names the setting with the identity's client id; the platform then signs in with that and there is no secret to keep:
              // https://learn.microsoft.com/azure/app-service/configure-authentication-provider-aad
              clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
            }
            validation: {
              allowedAudiences: [clientId, 'api://${clientId}']
              defaultAuthorizationPolicy: {
                allowedApplications: union([clientId], callers)
                allowedPrincipals: empty(groups) ? {} : { groups: groups }
              }
            }
          }
        }
    login: { tokenStore: { enabled: false }, preserveUrlFragmentsForLogins: false }
    httpSettings: { requireHttps: true }
  }
}
