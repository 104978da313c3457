namespace CursorBroker.Sandbox.GitHub.Rest;

/// <summary>Answers one admitted call.</summary>
internal delegate Task<RestAnswer> RestHandler(RestCall call);

/// <summary>One route of a repository.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Template">The path below the repository.</param>
/// <param name="Permissions">What it asks of a token.</param>
/// <param name="IsPublic">True when everyone may read it of a public repository.</param>
/// <param name="Handle">What answers.</param>
internal sealed record RestRoute(string Method, RestTemplate Template, RestPermissions Permissions, bool IsPublic, RestHandler Handle);

/// <summary>Routes that belong together.</summary>
internal interface IRestGroup
{
    void Add(RestTable table);
}

/// <summary>Every route of a repository: <c>/repos/{owner}/{repo}/...</c> and <c>/repositories/{id}/...</c>.</summary>
internal sealed class RestTable
{
    private readonly List<RestRoute> _routes = [];

    public RestTable(IEnumerable<IRestGroup> groups)
    {
        foreach (var group in groups)
        {
            group.Add(this);
        }

        _routes.Sort(static (left, right) => right.Template.Literals.CompareTo(left.Template.Literals));
    }

    public IReadOnlyList<RestRoute> Routes => _routes;

    public void Get(string template, string permissions, RestHandler handle) => Add("GET", template, permissions, handle);

    /// <summary>A GET that not everyone may do, even of a public repository.</summary>
    public void GetPrivate(string template, string permissions, RestHandler handle) => Add("GET", template, permissions, handle, isPublic: false);

    public void Post(string template, string permissions, RestHandler handle) => Add("POST", template, permissions, handle, isPublic: false);

    public void Put(string template, string permissions, RestHandler handle) => Add("PUT", template, permissions, handle, isPublic: false);

    public void Patch(string template, string permissions, RestHandler handle) => Add("PATCH", template, permissions, handle, isPublic: false);

    public void Delete(string template, string permissions, RestHandler handle) => Add("DELETE", template, permissions, handle, isPublic: false);

    /// <summary>The route a path below a repository means, as it was sent; null when there is none.</summary>
    public (RestRoute Route, IReadOnlyDictionary<string, string> Parameters)? Find(string method, string rawPath)
    {
        var wanted = method == "HEAD" ? "GET" : method;
        foreach (var route in _routes)
        {
            if (route.Method == wanted && route.Template.Match(rawPath) is { } parameters)
            {
                return (route, parameters);
            }
        }

        return null;
    }

    private void Add(string method, string template, string permissions, RestHandler handle, bool isPublic = true) =>
        _routes.Add(new RestRoute(method, new RestTemplate(template), new RestPermissions(permissions), isPublic, handle));
}
