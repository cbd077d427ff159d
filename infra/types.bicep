// The words of the parameters.

@export()
@description('An account to watch.')
type Portal = {
  @description('The account\'s number as HubSpot shows it.')
  id: string

  @description('What people call it.')
  name: string

  @description('The secret in the key vault that holds its token. Leave it out where the account is connected by OAuth, and give Connect__ClientId and its companions as settings.')
  tokenSecret: string?

  @description('An IANA name, only where HubSpot does not tell the account\'s time zone.')
  timeZone: string?
}

@export()
@description('A channel\'s subscription to the topic alerts.')
type Subscriber = {
  @description('The channel, in small letters; also the subscription\'s name.')
  name: string

  @description('Which messages it takes, over the application properties severity, rule, portal and channels (as in ,email,teams,). What goes where is decided by the monitor, which names the channels; the filter only spares work.')
  filter: string
}

@export()
@description('Mail by SendGrid.')
type Mail = {
  @description('The secret in the key vault that holds the API key.')
  apiKeySecret: string

  @description('Sender, for example HubSpotMonitor <monitor@example.com>.')
  from: string

  @description('Recipients.')
  to: string[]
}

@export()
@description('A resource that is there already.')
type Existing = {
  name: string

  @description('Its resource group, in the same subscription.')
  resourceGroup: string
}

@export()
@description('Microsoft Teams by a Workflows webhook.')
type Teams = {
  @description('The secret in the key vault that holds the workflow\'s address.')
  workflowUrlSecret: string
}

@export()
@description('Events that HubSpot pushes.')
type Webhooks = {
  @description('The secret in the key vault that holds the HubSpot app\'s client secret.')
  clientSecret: string

  @description('While that is rotated: the secret that holds the one before.')
  previousClientSecret: string?
}

@export()
@description('App settings by their names.')
type SettingsByName = {
  *: string
}
