using System.Runtime.InteropServices;

namespace CursorBroker.Core.Masking.Patterns;

/// <summary>What an instruction does.</summary>
internal enum Step : byte
{
    /// <summary>Takes one byte of the class and goes on.</summary>
    Take,

    /// <summary>Goes on both ways, the first preferred.</summary>
    Split,

    /// <summary>The masked group begins.</summary>
    ValueStart,

    /// <summary>The masked group ends.</summary>
    ValueEnd,

    /// <summary>The whole pattern has matched.</summary>
    Accept,
}

/// <summary>One instruction; <paramref name="Next"/> and <paramref name="Other"/> are indexes of instructions.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Instruction(Step Step, ByteClass? Class, int Next, int Other);

/// <summary>A pattern as instructions for <see cref="Matching.PatternRun"/>, counted repetitions written out.</summary>
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

    /// <summary>The bytes that a match can begin with.</summary>
    public ByteClass First { get; } = new();

    public static PatternProgram Compile(PatternNode node, string? valueGroup)
    {
        var program = new PatternProgram();
        program.Start = program.Emit(node, program.Add(new(Step.Accept, null, 0, 0)), valueGroup);
        program.Steps = [.. program._steps];
        program.CollectFirst(program.Start, []);
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
    private int Emit(PatternNode node, int next, string? valueGroup)
    {
        switch (node)
        {
            case OneOf one:
                return Add(new(Step.Take, one.Class, next, 0));
            case Sequence sequence:
                for (var i = sequence.Items.Length - 1; i >= 0; i--)
                {
                    next = Emit(sequence.Items[i], next, valueGroup);
                }

                return next;
            case Choice choice:
                var chosen = Emit(choice.Items[^1], next, valueGroup);
                for (var i = choice.Items.Length - 2; i >= 0; i--)
                {
                    chosen = Add(new(Step.Split, null, Emit(choice.Items[i], next, valueGroup), chosen));
                }

                return chosen;
            case Named named when named.Name == valueGroup:
                return Add(new(Step.ValueStart, null, Emit(named.Item, Add(new(Step.ValueEnd, null, next, 0)), valueGroup), 0));
            case Named named:
                return Emit(named.Item, next, valueGroup);
            case Repeat repeat:
                return Emit(repeat, next, valueGroup);
            default:
                throw new InvalidOperationException("An unknown node.");
        }
    }

    private int Emit(Repeat repeat, int next, string? valueGroup)
    {
        var exit = next;
        if (repeat.Most is { } most)
        {
            for (var i = repeat.Least; i < most; i++)
            {
                var body = Emit(repeat.Item, next, valueGroup);
                next = repeat.Lazy ? Add(new(Step.Split, null, exit, body)) : Add(new(Step.Split, null, body, exit));
            }
        }
        else
        {
            var loop = Add(default);
            _steps[loop] = new(Step.Split, null, Emit(repeat.Item, loop, valueGroup), exit);
            next = loop;
        }

        for (var i = 0; i < repeat.Least; i++)
        {
            next = Emit(repeat.Item, next, valueGroup);
        }

        return next;
    }

    private void CollectFirst(int at, HashSet<int> seen)
    {
        if (!seen.Add(at))
        {
            return;
        }

        var step = Steps[at];
        if (step.Step == Step.Take)
        {
            First.Add(step.Class!);
        }
        else if (step.Step != Step.Accept)
        {
            CollectFirst(step.Next, seen);
            if (step.Step == Step.Split)
            {
                CollectFirst(step.Other, seen);
            }
        }
    }
}
