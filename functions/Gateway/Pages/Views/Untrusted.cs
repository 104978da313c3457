using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace CursorBroker.Gateway.Pages.Views;

/// <summary>
/// The one way in which text from outside gets on a page: escaped, set apart from the direction of what surrounds it, and with whatever does not show made
/// visible. In code and not in markup, so that no white space comes in between.
/// </summary>
public sealed class Untrusted : ComponentBase
{
    /// <summary>The text.</summary>
    [Parameter]
    [EditorRequired]
    public string? Text { get; set; }

    /// <summary>Whether it is read from left to right whatever it holds: names, paths, code.</summary>
    [Parameter]
    public bool Code { get; set; }

    /// <summary>Whether it may have lines.</summary>
    [Parameter]
    public bool Block { get; set; }

    /// <summary>Whether tabs and white space at the end are marked.</summary>
    [Parameter]
    public bool Spaces { get; set; }

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "bdi");
        builder.AddAttribute(1, "dir", Code ? "ltr" : "auto");
        builder.AddAttribute(2, "class", Block ? "untrusted block" : "untrusted");
        foreach (var piece in UnseenText.Split(Text ?? "", Block, Spaces))
        {
            builder.OpenRegion(3);
            if (piece.Kind == TextPieceKind.Plain)
            {
                builder.AddContent(0, piece.Text);
            }
            else
            {
                builder.OpenElement(1, "span");
                builder.AddAttribute(2, "class", piece.Kind == TextPieceKind.Unseen ? "unseen" : "space");
                builder.AddAttribute(3, "title", piece.Name);
                builder.AddContent(4, piece.Text);
                builder.CloseElement();
            }

            builder.CloseRegion();
        }

        builder.CloseElement();
    }
}
