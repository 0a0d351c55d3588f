using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;

namespace Abc.VMem.Db.Tests.Serialization;

/// <content>Versions of a class that take turns on one document.</content>
public sealed partial class DocumentEvolutionTests
{
    [Fact]
    public void Encode_VersionsTakeTurns_EachMemberKeepsItsLastValue()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var (schema, document) = (DocumentSchema.Empty, Array.Empty<byte>());
            var model = new Full();
            for (var step = 0; step < 8; step++)
            {
                var (number, text) = (random.Next(1000), FormattableString.Invariant($"t{random.Next(1000)}"));
                if (document.Length == 0 || random.Next(3) == 0)
                {
                    model = new Full { A = number, B = text, C = number + 1, Inner = new() { X = number, Y = text } };
                    document = DocumentRoundTrip.Store(model, ref schema, document);
                }
                else if (random.Next(2) == 0)
                {
                    (model.A, model.Inner.X) = (number, number);
                    var left = new Left { A = number, Inner = new() { X = number } };
                    document = DocumentRoundTrip.Store(left, ref schema, document);
                }
                else
                {
                    (model.B, model.Inner.Y, model.C) = (text, text, number);
                    var right = new Right { B = text, C = $"{number}", Inner = new() { Y = text } };
                    document = DocumentRoundTrip.Store(right, ref schema, document);
                }

                schema = random.Next(3) == 0 ? DocumentSchema.FromBytes(schema.ToBytes()) : schema;
                CheckModel(model, DocumentRoundTrip.Decode<Full>(document, schema), seed);
            }
        }
    }

    private static void CheckModel(Full model, Full read, int seed)
    {
        var expected = (model.A, model.B, model.C, model.Inner.X, model.Inner.Y);
        Assert.True(
            expected == (read.A, read.B, read.C, read.Inner.X, read.Inner.Y),
            FormattableString.Invariant($"seed {seed}"));
    }

    public sealed class Full
    {
        public int A { get; set; }

        public string? B { get; set; }

        public int C { get; set; }

        public FullInner Inner { get; set; } = new();
    }

    public sealed class FullInner
    {
        public int X { get; set; }

        public string? Y { get; set; }
    }

    public sealed class Left
    {
        public LeftInner Inner { get; set; } = new();

        public int A { get; set; }
    }

    public sealed class LeftInner
    {
        public int X { get; set; }
    }

    public sealed class Right
    {
        public string? C { get; set; }

        public string? B { get; set; }

        public RightInner Inner { get; set; } = new();
    }

    public sealed class RightInner
    {
        public string? Y { get; set; }
    }
}
