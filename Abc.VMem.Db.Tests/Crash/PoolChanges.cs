namespace Abc.VMem.Db.Tests.Crash;

/// <summary>Random changes of a program's structures, that keep them at sizes worth testing.</summary>
internal static class PoolChanges
{
    private static readonly string[] s_words = ["a", "ä", "€", "\U0001F600", "words and more words "];

    /// <summary>One change.</summary>
    /// <param name="batch">Makes it.</param>
    /// <param name="random">Chooses it.</param>
    /// <param name="isTransaction">Whether a change may take more than one call.</param>
    public static void ChangeOnce(PoolBatch batch, Random random, bool isTransaction)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                ChangeList(batch, random);
                break;
            case 2:
                ChangeStack(batch, random, isTransaction);
                break;
            case 3:
                ChangeText(batch, random);
                break;
            case 4:
                ChangeMap(batch, random, isTransaction);
                break;
            case 5 when isTransaction && random.Next(2) == 0:
                ChangePages(batch, random);
                break;
            default:
                ChangeLists(batch, random, isTransaction);
                break;
        }
    }

    private static void ChangeList(PoolBatch batch, Random random)
    {
        var count = batch.Model.Items.Count;
        switch (random.Next(9))
        {
            case 0 or 1:
                batch.Add(random.Next(1_000));
                break;
            case 2 when count < 60:
                batch.AddRange(random.Next(1_000), random.Next(12));
                break;
            case 3:
                batch.Insert(random.Next(count + 1), random.Next(1_000));
                break;
            case 4 when count > 0:
                batch.RemoveAt(random.Next(count));
                break;
            case 5 when count > 0:
                var from = random.Next(count);
                batch.RemoveRange(from, random.Next(Math.Min(9, count - from + 1)));
                break;
            case 6:
                batch.Splice(random.Next(count + 1));
                break;
            case 7 when random.Next(6) == 0:
                batch.Clear();
                break;
            default:
                batch.AddOthers(random.Next(1_000), random.Next(5));
                break;
        }
    }

    private static void ChangeStack(PoolBatch batch, Random random, bool isTransaction)
    {
        var count = batch.Model.Stack.Count;
        if (count > 0 && random.Next(20) < count)
        {
            batch.Pop(isTransaction ? random.Next(1, Math.Min(6, count + 1)) : 1);
        }
        else
        {
            batch.Push(random.Next(1_000));
        }
    }

    private static void ChangeText(PoolBatch batch, Random random)
    {
        var text = string.Concat(Enumerable.Repeat(s_words[random.Next(s_words.Length)], random.Next(400)));
        var length = batch.Model.Text.Length;
        var (from, to) = (Boundary(batch, random.Next(length + 1)), Boundary(batch, random.Next(length + 1)));
        if (length > 12_000 || random.Next(3) == 0)
        {
            batch.RemoveText(Math.Min(from, to), Math.Abs(to - from));
        }
        else if (random.Next(2) == 0)
        {
            batch.Append(text);
        }
        else
        {
            batch.InsertText(from, text);
        }
    }

    private static int Boundary(PoolBatch batch, int index) =>
        index < batch.Model.Text.Length && char.IsLowSurrogate(batch.Model.Text[index]) ? index - 1 : index;

    private static void ChangeMap(PoolBatch batch, Random random, bool isTransaction)
    {
        var (first, count) = (random.Next(800), isTransaction ? random.Next(1, 90) : 1);
        if (random.Next(5) < 2)
        {
            batch.RemoveKeys(first, count);
        }
        else
        {
            batch.Put(first, count, random.Next());
        }
    }

    private static void ChangePages(PoolBatch batch, Random random)
    {
        var count = batch.Model.Pages.Count;
        switch (random.Next(6))
        {
            case 0 when count > 0:
                batch.RemovePage(random.Next(count));
                break;
            case 1:
                batch.SplicePages(random.Next(count + 1));
                break;
            case 2:
                batch.AddOtherPages(random.Next(1_000), random.Next(3));
                break;
            case 3 when count > 8:
                batch.ClearPages();
                break;
            default:
                batch.AddPage(random.Next(1_000), random.Next(2) == 0);
                break;
        }
    }

    private static void ChangeLists(PoolBatch batch, Random random, bool isTransaction)
    {
        var count = batch.Model.Lists.Count;
        if (count > 0 && random.Next(3) > 0)
        {
            batch.AddToList(random.Next(count), random.Next(1_000), random.Next(6));
        }
        else if (isTransaction && count > 0 && random.Next(14) < count)
        {
            batch.RemoveList(random.Next(count));
        }
        else
        {
            batch.AddList();
        }
    }
}
