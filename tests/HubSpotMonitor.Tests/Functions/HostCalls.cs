using System.Text;
using HubSpotMonitor.Bus;
using HubSpotMonitor.Tests.Delivery;

namespace HubSpotMonitor.Tests.Functions;

/// <summary>Calls as the Functions host (4.1037) was seen to make them.</summary>
internal static class HostCalls
{
    public const string OnTime =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-11-23T13:49:00.0052857+00:00","Next":"2026-11-23T13:50:00+00:00","LastUpdated":"2026-11-23T13:49:00.0052857+00:00"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:00.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public const string PastDue =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-11-23T13:49:00.0052857+00:00","Next":"2026-11-23T13:50:00+00:00","LastUpdated":"2026-11-23T13:49:00.0052857+00:00"},"IsPastDue":true}},"Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:47.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public const string FirstEver =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"0001-01-01T00:00:00","Next":"2026-11-23T13:50:00+00:00","LastUpdated":"0001-01-01T00:00:00"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:00.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public const string WithoutMonitor =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:00.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public const string Retried =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-11-23T13:49:00.0052857+00:00","Next":"2026-11-23T13:50:00+00:00","LastUpdated":"2026-11-23T13:49:00.0052857+00:00"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"TrainModels","UtcNow":"2026-11-23T13:50:10.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"},"RetryContext":{"RetryCount":1,"MaxRetryCount":3,"Exception":{"ClassName":"Microsoft.Azure.WebJobs.Host.FunctionInvocationException","Message":"Exception while executing function: Functions.TrainModels"},"Instance":null,"State":{}}}}""";

    public const string Doubled =
        """{"Data":{"timer":"{\"Schedule\":{\"AdjustForDST\":true},\"ScheduleStatus\":{\"Last\":\"2026-11-23T13:49:00.0052857+00:00\",\"Next\":\"2026-11-23T13:50:00+00:00\",\"LastUpdated\":\"2026-11-23T13:49:00.0052857+00:00\"},\"IsPastDue\":true}"},"Metadata":{"sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:00.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public const string Manual =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}},"Metadata":{"timer":"\"x\"","sys":{"MethodName":"PollUsage","UtcNow":"2026-11-23T13:50:00.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"}}}""";

    public static TheoryData<string> All => [OnTime, PastDue, FirstEver, WithoutMonitor, Retried, Doubled, Manual];

    /// <summary>A message's body as the monitor puts it on the bus.</summary>
    public static byte[] Envelope(params string[] channels) => AlertEnvelope.Of(Messages.Opened(), channels).ToUtf8();

    /// <summary>
    /// A message of a subscription with dataType binary. Not seen: made after the host's source, which encodes it as it does a queue's, which was.
    /// </summary>
    public static HttpRequestMessage Bus(string function, ReadOnlySpan<byte> body, string metadata = "") => Timer(function,
        $$$"""{"Data":{"message":"{{{Convert.ToBase64String(body)}}}"},"Metadata":{{{{metadata}}}"DeliveryCount":"1","LockToken":"\"7ebe3bcf-4b0f-4c39-a1f5-6f0a54b1c3d2\"","MessageId":"\"a1b2c3-1:email\"","SequenceNumber":"42","EnqueuedTimeUtc":"2026-11-23T13:46:51","ContentType":"\"application/json\"","Subject":"\"x\"","ApplicationProperties":{"channels":",email,"},"MessageReceiver":{},"Client":{"FullyQualifiedNamespace":"my-bus.servicebus.windows.net"},"sys":{"MethodName":"{{{function}}}","UtcNow":"2026-11-23T13:46:51.5039222Z","RandGuid":"79e0f6bc-024e-4571-b091-16760fbf59a1"} } }""");

    /// <summary>With the headers of the host, and its body in chunks without a length.</summary>
    public static HttpRequestMessage Timer(string function, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/{function}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Azure-Functions-InvocationId", "5c5b1b0e-7b0c-4f0a-9a52-2d1d2a3b4c5d");
        request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        request.Headers.UserAgent.ParseAdd("Azure-Functions-Host/4.1037.0.0");
        return request;
    }
}
