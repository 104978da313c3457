using System.IO.Pipelines;
using System.Text;
using CursorBroker.Core.Git.Advertising;
using CursorBroker.Core.Git.Wire;
using CursorBroker.Gateway.Pipeline;

namespace CursorBroker.Gateway.Git;

/// <summary>How a filtered answer ends when the upstream did not bring it to its end.</summary>
internal static class FilteredAnswer
{
    public static async ValueTask EndAsync(AdvertisementOutcome outcome, PipeWriter caller, BodyMask mask, CancellationToken cancellationToken)
    {
        switch (outcome.Failure?.Kind)
        {
            case null or GitFailureKind.ReaderGone:
                return;
            case GitFailureKind.UpstreamRefused:
                // An error packet may stand wherever a packet may: git prints it as the reason.
                GitErrorPacket.Write(caller, $"GitHub: {Encoding.UTF8.GetString(mask(Encoding.UTF8.GetBytes(outcome.Failure.Message)).Span)}");
                await caller.FlushAsync(cancellationToken);
                return;
            default:
                throw new InvalidDataException($"The upstream's list of refs: {outcome.Failure.Message}");
        }
    }
}
