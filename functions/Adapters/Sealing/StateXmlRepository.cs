using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using CursorBroker.Core.State;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CursorBroker.Adapters.Sealing;

/// <summary>
/// Keeps the data-protection key ring in State, so that every instance and every later start has the same keys. Elements are only ever added, each
/// under an id made from its content; they do not expire, because what an old key sealed may still have to be opened.
/// </summary>
internal sealed class StateXmlRepository(IStateStore state) : IXmlRepository
{
    /// <summary>The State collection of the key ring.</summary>
    internal const string Collection = "dp-key";

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">State cannot be read.</exception>
    public IReadOnlyCollection<XElement> GetAllElements() => Wait(ReadAllAsync());

    /// <inheritdoc/>
    /// <exception cref="StateUnavailableException">State cannot be written.</exception>
    public void StoreElement(XElement element, string friendlyName)
    {
        var bytes = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var key = new StateKey(Collection, Convert.ToHexStringLower(SHA256.HashData(bytes)));

        // Null means that this very element is there already.
        _ = Wait(state.CreateAsync(key, bytes, expires: null, CancellationToken.None).AsTask());
    }

    private async Task<IReadOnlyCollection<XElement>> ReadAllAsync()
    {
        var elements = new List<XElement>();
        await foreach (var record in state.ListAsync(Collection, CancellationToken.None))
        {
            elements.Add(XElement.Parse(Encoding.UTF8.GetString(record.Value.Span)));
        }

        return elements;
    }

    /// <summary>The interface is synchronous; the key ring is read at start and once a day, and written every 90 days.</summary>
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
