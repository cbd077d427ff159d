using System.Text.Json;

namespace HubSpotMonitor.Local.Inbox;

/// <summary>Finds the cards in a message to a Teams workflow.</summary>
internal static class AdaptiveCard
{
    private const string ContentType = "application/vnd.microsoft.card.adaptive";

    /// <summary>Empty: it is not a message that Teams would show.</summary>
    public static IReadOnlyList<JsonElement> Of(JsonElement message)
    {
        if (message.Text("type") != "message")
            return [];
        var attachments = message.Items("attachments").ToList();
        var cards = attachments
            .Where(attachment => attachment.Text("contentType") == ContentType)
            .Select(attachment => attachment.Member("content"))
            .OfType<JsonElement>()
            .Where(card => card.Text("type") == "AdaptiveCard" && card.Items("body").Any())
            .ToList();
        return cards.Count == attachments.Count ? cards : [];
    }

    /// <summary>What a notification would show: the card's own summary, or its first text.</summary>
    public static string Title(JsonElement card) => card.Text("fallbackText") ?? FirstText(card) ?? "Card";

    private static string? FirstText(JsonElement element)
    {
        if (element.Text("type") == "TextBlock")
            return element.Text("text");
        string[] parts = ["body", "items", "columns", "rows", "cells"];
        return parts.SelectMany(part => element.Items(part)).Select(FirstText).FirstOrDefault(text => text is not null);
    }
}
