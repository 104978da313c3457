namespace CursorBroker.Core.Policy.Parsing;

/// <summary>Finds the known word a misspelled one was probably meant to be.</summary>
internal static class DidYouMean
{
    private const int LongestWord = 40;

    /// <summary><c>" Did you mean 'x'?"</c>, or nothing when no word is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LongestWord)
        {
            return "";
        }

        var furthest = Math.Max(1, Math.Min(2, word.Length / 2));
        var nearest = known
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= furthest)
            .OrderBy(static pair => pair.Distance).ThenBy(static pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Candidate is null ? "" : $" Did you mean '{nearest.Candidate}'?";
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) between two words, without case; hyphen and underscore are one.</summary>
    private static int Distance(string left, string right)
    {
        var (rows, columns) = (left.Length + 1, right.Length + 1);
        var table = new int[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                table[i, j] = Cell(left, right, table, i, j);
            }
        }

        return table[left.Length, right.Length];
    }

    private static int Cell(string left, string right, int[,] table, int i, int j)
    {
        if (i == 0 || j == 0)
        {
            return i + j;
        }

        var cost = Fold(left[i - 1]) == Fold(right[j - 1]) ? 0 : 1;
        var best = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
        var swapped = i > 1 && j > 1 && Fold(left[i - 1]) == Fold(right[j - 2]) && Fold(left[i - 2]) == Fold(right[j - 1]);
        return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }

    private static char Fold(char c) => c == '-' ? '_' : char.ToLowerInvariant(c);
}
