using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>What an instruction does.</summary>
internal enum Step : byte
{
    /// <summary>Takes one byte of the class and goes on.</summary>
    Take,

    /// <summary>Goes on both ways, the first preferred.</summary>
    Split,

    /// <summary>The whole pattern has matched.</summary>
    Accept,
}

/// <summary>One instruction; <paramref name="Next"/> and <paramref name="Other"/> are indexes of instructions.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Instruction(Step Step, ByteClass? Class, int Next, int Other);

/// <summary>A pattern as instructions of one byte each, counted repetitions written out: what <see cref="AnchorReach"/> walks through.</summary>
internal sealed class PatternProgram
{
    /// <summary>Most instructions of one pattern: bounds time and memory of what people write into their policy.</summary>
    public const int Most = 24_000;

    private readonly List<Instruction> _steps = [];

    private PatternProgram()
    {
    }

    public Instruction[] Steps { get; private set; } = [];

    public int Start { get; private set; }

    public static PatternProgram Compile(PatternNode node)
    {
        var program = new PatternProgram();
        program.Start = program.Emit(node, program.Add(new(Step.Accept, null, 0, 0)));
        program.Steps = [.. program._steps];
        return program;
    }

    private int Add(Instruction step)
    {
        if (_steps.Count == Most)
        {
            throw new PatternException(0, $"Written out, it has more than {Most} steps; use smaller repetitions");
        }

        _steps.Add(step);
        return _steps.Count - 1;
    }

    /// <summary>Emits the node before the instruction <paramref name="next"/>; the result is where it begins.</summary>
    private int Emit(PatternNode node, int next)
    {
        switch (node)
        {
            case OneOf one:
                return Add(new(Step.Take, one.Class, next, 0));
            case Sequence sequence:
                for (var i = sequence.Items.Length - 1; i >= 0; i--)
                {
                    next = Emit(sequence.Items[i], next);
                }

                return next;
            case Choice choice:
                var chosen = Emit(choice.Items[^1], next);
                for (var i = choice.Items.Length - 2; i >= 0; i--)
                {
                    chosen = Add(new(Step.Split, null, Emit(choice.Items[i], next), chosen));
                }

                return chosen;
            case Named named:
                return Emit(named.Item, next);
            case Repeat repeat:
                return Emit(repeat, next);
            default:
                throw new InvalidOperationException("An unknown node.");
        }
    }

    private int Emit(Repeat repeat, int next)
    {
        var exit = next;
        if (repeat.Most is { } most)
        {
            for (var i = repeat.Least; i < most; i++)
            {
                var body = Emit(repeat.Item, next);
                next = repeat.Lazy ? Add(new(Step.Split, null, exit, body)) : Add(new(Step.Split, null, body, exit));
            }
        }
        else
        {
            var loop = Add(default);
            _steps[loop] = new(Step.Split, null, Emit(repeat.Item, loop), exit);
            next = loop;
        }

        for (var i = 0; i < repeat.Least; i++)
        {
            next = Emit(repeat.Item, next);
        }

        return next;
    }
}
