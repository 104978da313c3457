using System.Collections.Concurrent;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CursorBroker.Sandbox.Identity;

/// <summary>
/// The key ring that authentication brings along, and nothing here uses. In memory: left to itself it would be written into the home directory
/// of whoever runs the sandbox.
/// </summary>
internal sealed class MemoryKeyRing : IXmlRepository
{
    private readonly ConcurrentQueue<XElement> _elements = new();

    public IReadOnlyCollection<XElement> GetAllElements() => _elements;

    public void StoreElement(XElement element, string friendlyName) => _elements.Enqueue(element);
}
