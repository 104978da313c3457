// The compiler takes seconds a call, and calls do not disturb each other.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
