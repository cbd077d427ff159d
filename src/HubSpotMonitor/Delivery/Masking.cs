using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HubSpotMonitor.Signals;

namespace HubSpotMonitor.Delivery;

/// <summary>
/// Takes personal data out of a message before any channel sees it, as far as the settings want it. What the store and the page have stays whole.
/// </summary>
internal static partial class Masking
{
    public static AlertMessage Apply(AlertMessage message, DeliveryOptions options)
    {
        if (!options.MaskAddresses && !options.MaskMail)
            return message;

        string Mask(string text) => Text(text, options);
        string? MaskIf(string? text) => text is null ? null : Mask(text);
        var finding = message.Finding;
        return message with
        {
            Portal = message.Portal with { Name = Mask(message.Portal.Name) },
            Finding = finding with
            {
                Subject = Mask(finding.Subject),
                Headline = Mask(finding.Headline),
                Summary = Mask(finding.Summary),
                Expected = MaskIf(finding.Expected),
                Seen = MaskIf(finding.Seen),
                Confidence = MaskIf(finding.Confidence),
                LimitUse = MaskIf(finding.LimitUse),
                LikelyCause = MaskIf(finding.LikelyCause),
                Steps = [.. finding.Steps.Select(Mask)],
                Evidence = [.. finding.Evidence.Select(Mask)],
            },
            Story = [.. message.Story.Select(item => item with { Headline = Mask(item.Headline), Summary = Mask(item.Summary) })],
            Sections = [.. message.Sections.Select(section => new MessageSection(Mask(section.Heading), [.. section.Lines.Select(Mask)]))],
            Actions = [.. message.Actions.Select(action => action with { Label = Mask(action.Label) })],
            Why = MaskIf(message.Why),
        };
    }

    internal static string Text(string text, DeliveryOptions options)
    {
        // Mail first: a domain may be an address.
        var masked = options.MaskMail ? Mail().Replace(text, match => $"{match.Groups[1].Value}…@{match.Groups[2].Value}") : text;
        return options.MaskAddresses ? V6().Replace(V4().Replace(masked, "$1.x"), MaskV6) : masked;
    }

    // The first three groups name the network; the rest may name a person's device.
    private static string MaskV6(Match match)
    {
        if (!IPAddress.TryParse(match.Value, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            return match.Value;

        var bytes = address.GetAddressBytes();
        return $"{(bytes[0] << 8) | bytes[1]:x}:{(bytes[2] << 8) | bytes[3]:x}:{(bytes[4] << 8) | bytes[5]:x}:x";
    }

    // The first letter stays, so that two people can be told apart.
    [GeneratedRegex(
        @"([\p{L}\p{N}])[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]*@((?:[\p{L}\p{N}-]+\.)+[\p{L}\p{N}-]+)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Mail();

    [GeneratedRegex(@"(?<![\d.])((?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){2})\.(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)")]
    private static partial Regex V4();

    [GeneratedRegex(@"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")]
    private static partial Regex V6();
}
