namespace CursorBroker.Gateway.SignIn;

/// <summary>How the library's events say that a sign-in fails; never leaves this folder.</summary>
internal sealed class SignInException(SignInProblem problem, string detail) : Exception(detail)
{
    public SignInProblem Problem { get; } = problem;
}
