using System.Text;
using HubSpotMonitor.Store;

namespace HubSpotMonitor.Tests.Store;

public sealed class BriefTransactionAnswersTests
{
    private const string Before = "--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_2\r\n\r\n";
    private const string Row = "--changesetresponse_2\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\nETag: W/\"1\"\r\n\r\n\r\n";
    private const string After = "--changesetresponse_2--\r\n--batchresponse_1--\r\n";

    [Fact]
    public void Of_a_success_only_the_first_row_is_kept() => Shorten(Before + Row + Row + Row + After).ShouldBe(Before + Row + After);

    [Theory]
    [InlineData(Before + Row + "--changesetresponse_2\r\n\r\nHTTP/1.1 409 Conflict\r\n\r\n{}\r\n" + After)]
    [InlineData(Before + "--changesetresponse_2\r\n\r\nHTTP/1.1 500 Internal Server Error\r\n\r\n" + After)]
    [InlineData(Before)]
    [InlineData("--changesetresponse_2--")]
    [InlineData("")]
    public void All_else_stays_whole(string answer) => Shorten(answer).ShouldBeNull();

    private static string? Shorten(string answer) =>
        BriefTransactionAnswers.Shorten(Encoding.UTF8.GetBytes(answer)) is { } brief ? Encoding.UTF8.GetString(brief) : null;
}
