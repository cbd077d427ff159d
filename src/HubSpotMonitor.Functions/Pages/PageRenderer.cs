using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace HubSpotMonitor.Functions.Pages;

/// <summary>Renders a page to text rather than into the answer, since its ETag is made from the whole of it.</summary>
internal sealed class PageRenderer(IServiceProvider services, ILoggerFactory logging)
{
    public async Task<string> RenderAsync<TPage>(Dictionary<string, object?> parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, logging);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters));
            return root.ToHtmlString();
        });
    }
}
