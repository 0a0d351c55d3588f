using System.Text;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Structures;
using Abc.VMem.Db.Tests.Support;
using Xunit.Abstractions;

namespace Abc.VMem.Db.Tests.Structures;

/// <summary>Random edits of a string against one in memory.</summary>
public sealed class VMemStringModelTests(ITestOutputHelper output)
{
    private static readonly string[] s_parts = ["a", "bc", "é", "€", "😀", "\n", "0123456789"];

    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    public void Edits_EachATransaction_EqualModel(int cap)
    {
        using var fixture = new PoolFixture(cap);
        var random = Random();
        var text = new VMemString(fixture.Pool, Pool.StartAddress);
        var snapshots = new List<(PoolSnapshot Snapshot, string Text)>();
        string model = "";
        for (int i = 0; i < 552; i++)
        {
            model = Edit(random, text, model);
            Assert.Equal(Encoding.UTF8.GetByteCount(model), text.ByteCount);
            // The smallest pool can't keep an old state for long.
            if (i % 100 == 50 && (cap > 16 || i > 500))
            {
                snapshots.Add((fixture.Pool.BeginSnapshot(), model));
            }
        }

        Assert.Equal(model, text.ToString());
        foreach (var (snapshot, expected) in snapshots)
        {
            Assert.Equal(expected, new VMemStringView(snapshot, Pool.StartAddress).ToString());
            snapshot.Dispose();
        }
    }

    [Fact]
    public void Edits_InTransactionsWithRollbacks_EqualModel()
    {
        using var fixture = new PoolFixture(64);
        var random = Random();
        string committed = "";
        for (int i = 0; i < 60; i++)
        {
            using var transaction = fixture.Pool.BeginTransaction();
            var text = new VMemString(transaction, Pool.StartAddress);
            string model = committed;
            for (int j = random.Next(1, 30); j > 0; j--)
            {
                model = Edit(random, text, model);
            }

            Assert.Equal(model, text.ToString());
            Assert.Equal(committed, new VMemString(fixture.Pool, Pool.StartAddress).ToString());
            if (random.Next(3) > 0)
            {
                transaction.Commit();
                committed = model;
            }
        }

        fixture.Reopen();
        Assert.Equal(committed, new VMemString(fixture.Pool, Pool.StartAddress).ToString());
        Assert.Equal(committed, string.Concat(new VMemString(fixture.Pool, Pool.StartAddress)));
    }

    [Fact]
    public void Insert_SmallTextsAllOver_LeavesNoCrumbs()
    {
        using var fixture = new PoolFixture(1024);
        using var transaction = fixture.Pool.BeginTransaction();
        var random = Random();
        var text = new VMemString(transaction, Pool.StartAddress);
        for (int i = 0; i < 20_000; i++)
        {
            text.Insert(random.NextInt64(text.ByteCount + 1), new string('x', random.Next(1, 40)));
        }

        // Half splits: 50 % at worst, about 69 % on average.
        Assert.True(text.ByteCount > 0.6 * 4048 * text.PageCount, $"{text.ByteCount} on {text.PageCount}");
        for (int i = 0; i < 10_000; i++)
        {
            long from = random.NextInt64(text.ByteCount - 40);
            text.Remove(from, random.Next(1, 40));
        }

        Assert.True(text.ByteCount > 0.5 * 4048 * text.PageCount, $"{text.ByteCount} on {text.PageCount}");
        transaction.Commit();
    }

    private static string Edit(Random random, VMemString text, string model)
    {
        int from = Boundary(random, model);
        int to = Math.Max(from, Math.Min(Boundary(random, model), from + random.Next(3_000)));
        to = to < model.Length && char.IsLowSurrogate(model[to]) ? to - 1 : to;
        (long offset, long count) = (Bytes(model[..from]), Bytes(model[from..to]));
        string added = Text(random, random.Next(20) == 0 ? 3_000 : 40);
        switch (random.Next(10))
        {
            case < 2:
                text.Append(added);
                return model + added;
            case < 6:
                text.Insert(offset, added);
                return model.Insert(from, added);
            case < 7:
                text.Remove(offset, count);
                return model.Remove(from, to - from);
            case < 9:
                text.Replace(offset, count, added);
                return model.Remove(from, to - from).Insert(from, added);
            default:
                if (random.Next(8) == 0)
                {
                    text.Set(added);
                    return added;
                }

                text.Truncate(Bytes(model[..Math.Max(from, to)]));
                return model[..Math.Max(from, to)];
        }
    }

    private static string Text(Random random, int max)
    {
        var text = new StringBuilder();
        for (int i = random.Next(max); i > 0; i--)
        {
            text.Append(s_parts[random.Next(s_parts.Length)]);
        }

        return text.ToString();
    }

    private static int Boundary(Random random, string model)
    {
        int at = random.Next(model.Length + 1);
        return at < model.Length && char.IsLowSurrogate(model[at]) ? at - 1 : at;
    }

    private static long Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    private Random Random()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
