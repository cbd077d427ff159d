// The least that ASP.NET Core can be: what the monitor's start is held against.
var app = WebApplication.CreateBuilder(args).Build();
app.MapGet("/health", () => TypedResults.Json(new Health("healthy")));
await app.RunAsync();

internal sealed record Health(string Status);
