namespace HubSpotMonitor.Functions;

/// <summary>The functions by name. Each has a folder with its <c>function.json</c>, and a trigger or an endpoint.</summary>
internal static class FunctionNames
{
    public const string PollUsage = nameof(PollUsage);
    public const string PollActivity = nameof(PollActivity);
    public const string AuditAccess = nameof(AuditAccess);
    public const string TrainModels = nameof(TrainModels);
    public const string SweepAlerts = nameof(SweepAlerts);
    public const string WatchEvents = nameof(WatchEvents);
    public const string PruneTables = nameof(PruneTables);
    public const string InspectGrants = nameof(InspectGrants);
    public const string SendDigest = nameof(SendDigest);

    // An order of the queue of polls, where there are more accounts than one run polls.
    public const string PollPortal = nameof(PollPortal);

    // One per channel, for its subscription: a slow Teams holds up no mail.
    public const string DeliverEmail = nameof(DeliverEmail);
    public const string DeliverSmtp = nameof(DeliverSmtp);
    public const string DeliverTeams = nameof(DeliverTeams);
    public const string DeliverSlack = nameof(DeliverSlack);
    public const string DeliverWebhook = nameof(DeliverWebhook);

    // Open to all, since HubSpot signs and has no key.
    public const string ReceiveWebhook = nameof(ReceiveWebhook);

    // Open to all, since the signature in the link is the key.
    public const string ActOnAlert = nameof(ActOnAlert);

    // Open to all for the Functions host, since App Service Authentication stands in front and the app itself asks for a role (SignIn/Roles.cs).
    public const string Home = nameof(Home);
    public const string Page = nameof(Page);
    public const string Api = nameof(Api);
    public const string DescribeApi = nameof(DescribeApi);
    public const string ConnectAccount = nameof(ConnectAccount);

    // Open to all, since HubSpot sends the browser here and has no key; worth nothing without the attempt that it ends.
    public const string FinishConnect = nameof(FinishConnect);

    // Open to all: style and script hold no data, and a load balancer has no key.
    public const string Assets = nameof(Assets);
    public const string CheckHealth = nameof(CheckHealth);
}

/// <summary>Names the HTTP function in front of an endpoint, so that a test can hold routes and endpoints together.</summary>
internal sealed record ServedBy(string Function);
