using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace HubSpotMonitor.Delivery.Mail;

/// <summary>
/// HTML written as an interpolated string: <c>Html row = $"&lt;td&gt;{name}&lt;/td&gt;";</c>. Whatever fills a hole is encoded,
/// unless it is Html itself, so that forgetting to encode does not compile into anything.
/// </summary>
[InterpolatedStringHandler]
internal sealed class Html(int literalLength, int formattedCount)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text = new(literalLength + (formattedCount * 16));

    public static Html None { get; } = new(0, 0);

    public void AppendLiteral(string literal) => _text.Append(literal);

    public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? ""));

    public void AppendFormatted(int number) => _text.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>An address; one that a browser would run instead of open is left out.</summary>
    public void AppendFormatted(Uri address) => AppendFormatted(address.Scheme is "https" or "http" ? address.AbsoluteUri : "about:blank");

    public void AppendFormatted(Html html) => _text.Append(html._text);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
            AppendFormatted(part);
    }

    public override string ToString() => _text.ToString();
}
