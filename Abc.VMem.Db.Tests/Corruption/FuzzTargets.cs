using System.Buffers;
using System.Buffers.Binary;
using Abc.VMem.Db.Collections;
using Abc.VMem.Db.Paging;
using Abc.VMem.Db.Serialization;
using Abc.VMem.Db.Tests.Support;
using Everything = Abc.VMem.Db.Tests.Serialization.DocumentHostileTests.Everything;

namespace Abc.VMem.Db.Tests.Corruption;

/// <summary>
/// What the fuzzer feeds: each method takes any bytes and throws only when something does not hold. A typed refusal
/// is an answer.
/// </summary>
public static class FuzzTargets
{
    private const int MostPatches = 6;

    private static readonly DocumentSchema s_schema = DocumentRoundTrip.SchemaOf<Everything>();
    private static readonly FieldReader?[] s_fields =
    [
        .. new[] { "Customers[].Lines[].Price", "Big", "When", "ByName", "Bytes", "Nested.Value" }
            .Select(path => FieldReader.Bind(s_schema, typeof(Everything), FieldPath.Parse(path))),
    ];

    private static readonly KeyCodec[] s_keys =
    [
        .. new[]
        {
            typeof(bool), typeof(sbyte), typeof(int), typeof(long), typeof(Int128), typeof(byte), typeof(ulong),
            typeof(UInt128), typeof(char), typeof(DayOfWeek), typeof(Half), typeof(float), typeof(double),
            typeof(decimal), typeof(string), typeof(byte[]), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset),
            typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly), typeof((int, string)), typeof((string?, DateOnly?)),
        }.SelectMany(type => new[]
        {
            KeyCodecs.Primary(type), KeyCodecs.IndexPart(type), KeyCodecs.IndexPart(type, descending: true),
        }),
    ];

    private static readonly Lazy<(DamageVerifier Verifier, DamageBase Closed, DamageBase Killed)> s_files = new(() => (
        new DamageVerifier(),
        DamageBase.Build(new DatabaseSubject(), BaseKind.Closed),
        DamageBase.Build(new DatabaseSubject(), BaseKind.Switched)));

    /// <summary>Inputs that are real encodings, to begin with.</summary>
    public static byte[][] Seeds(string target) => target switch
    {
        nameof(Skip) or nameof(ReadFields) or nameof(DecodeDocument) =>
        [
            DocumentRoundTrip.Encode(Everything.Sample(), s_schema),
            DocumentRoundTrip.Encode(new Everything(), s_schema),
        ],
        nameof(DecodeKey) => [.. s_keys.Select((_, i) => new byte[] { (byte)i, 1, 0x80, 0, 0, 0, 0, 0, 0, 1, 0 })],
        nameof(DecodeSchema) => [s_schema.ToBytes(), DocumentRoundTrip.SchemaOf<Box<List<int>>>().ToBytes()],
        nameof(DecodeDefinition) => Definitions(),
        _ => [[0, 0, 0, 8, 1], [1, 0, 24, 8, 2, 2, 0, 48, 2, 0]],
    };

    /// <summary>The skipper measures what is there: a whole token and no byte of what follows it.</summary>
    public static void Skip(byte[] input)
    {
        if (!MessagePackSkipper.TrySkip(input, out var size))
        {
            return;
        }

        Hold(size > 0 && size <= input.Length, "a size within the input");
        Hold(MessagePackSkipper.TrySkip(input.AsSpan(0, size), out var again) && again == size, "the same alone");
        Hold(size == 1 || !MessagePackSkipper.TrySkip(input.AsSpan(0, size - 1), out _), "no token in fewer bytes");
    }

    /// <summary>Fields of any document are read, or refused.</summary>
    public static void ReadFields(byte[] input)
    {
        foreach (var field in s_fields)
        {
            Refuse(() =>
            {
                var count = 0;
                field?.ReadEach(input, ref count, static (_, ref c) => c++ < 1_000_000);
            });
        }
    }

    /// <summary>A document is decoded and encoded again, or refused.</summary>
    public static void DecodeDocument(byte[] input)
    {
        Refuse(() =>
        {
            var decoded = DocumentRoundTrip.Decode<Everything>(input, s_schema);
            var encoded = DocumentRoundTrip.Encode(decoded, s_schema);
            Hold(
                DocumentRoundTrip.Encode(DocumentRoundTrip.Decode<Everything>(encoded, s_schema), s_schema)
                    .AsSpan().SequenceEqual(encoded),
                "the same encoding the second time");
        });
        Refuse(() => DocumentJson.Write(input, s_schema, new ArrayBufferWriter<byte>()));
    }

    /// <summary>A key is decoded, and then its encoding is what was decoded: each value has exactly one.</summary>
    public static void DecodeKey(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var codec = s_keys[input[0] % s_keys.Length];
        var source = input.AsSpan(1).ToArray();
        var length = codec.TryMeasure(source);
        Hold(length <= source.Length, "a length within the input");
        Refuse(() =>
        {
            var value = codec.DecodeObject(source, out var consumed);
            Hold(consumed == length, $"the measured length {length} of {codec}, not {consumed}");
            var buffer = new KeyBuffer();
            codec.EncodeObject(value, buffer);
            Hold(
                buffer.Span.SequenceEqual(source.AsSpan(0, consumed)),
                $"one encoding of {codec} {value}: {Convert.ToHexString(buffer.Span)}");
        });
    }

    /// <summary>A schema is read and written again, or refused.</summary>
    public static void DecodeSchema(byte[] input) => Refuse(() =>
    {
        var schema = DocumentSchema.FromBytes(input);
        Hold(
            DocumentSchema.FromBytes(schema.ToBytes()).ToBytes().AsSpan().SequenceEqual(schema.ToBytes()),
            "the same schema again");
        Refuse(() => DocumentSerializer<Box<int>>.Instance.Extend(schema));
    });

    /// <summary>Definitions of the catalog are read, or refused.</summary>
    public static void DecodeDefinition(byte[] input)
    {
        foreach (var kind in Enum.GetValues<CatalogKind>())
        {
            Refuse(() => CatalogEntry.Decode(kind, "name", input));
        }
    }

    /// <summary>Bytes of the data file are changed behind sound checksums; then everything is read.</summary>
    public static void OpenFile(byte[] input) => Open(s_files.Value.Closed, (files, target) =>
    {
        var file = files[DamageSubject.Path];
        foreach (var (place, at, bytes) in Patches(input))
        {
            var page = place % target.PageCount;
            var span = file.Slice(page * Page.Size, Page.Size);
            bytes.AsSpan(0, Math.Min(bytes.Length, Page.Size - (at % Page.Size))).CopyTo(span[(at % Page.Size)..]);
            BinaryPrimitives.WriteUInt64LittleEndian(span, PageFile.Checksum(span, target.PoolId, new(page)));
        }
    });

    /// <summary>Bytes of the log are changed behind sound checksums; then everything is read.</summary>
    public static void OpenLog(byte[] input) => Open(s_files.Value.Killed, (files, target) =>
    {
        foreach (var (place, at, bytes) in Patches(input))
        {
            var number = place % target.Chunks.Count;
            var chunk = target.Chunks[number];
            var span = files[chunk.File][chunk.Offset..chunk.End];
            var room = span[(at % span.Length)..];
            bytes.AsSpan(0, Math.Min(bytes.Length, room.Length)).CopyTo(room);
            LogChunk.Reseal(files, target.Chunks, number);
        }
    });

    private static void Open(DamageBase target, Action<DamagedFiles, DamageBase> damage)
    {
        var family = new DamageFamily(target, "fuzz", 1, (files, _, _) =>
        {
            damage(files, target);
            return new DamageFacts { Story = "", IsHostile = true };
        });
        var problem = s_files.Value.Verifier.Run(family, 35, out _);
        Hold(problem is null, problem ?? "");
    }

    // Page or chunk, offset, length and the bytes.
    private static IEnumerable<(int Place, int At, byte[] Bytes)> Patches(byte[] input)
    {
        for (var (i, at) = (0, 0); i < MostPatches && at + 4 < input.Length; i++)
        {
            var length = Math.Min(1 + (input[at + 3] % 16), input.Length - at - 4);
            yield return (
                input[at],
                BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(at + 1)),
                input.AsSpan(at + 4, length).ToArray());
            at += 4 + length;
        }
    }

    private static byte[][] Definitions()
    {
        var files = new DamagedFiles();
        files.Load(s_files.Value.Closed.Files);
        using var database = VMemDatabase.Open(files, DamageSubject.Path, DamageBase.Options(64));
        using var snapshot = database.Pool.Engine.BeginSnapshot();
        using var scan = new Db.Structures.MapScan(
            snapshot, StartPageLayout.MapAddress, null, null, descending: false);
        var found = new List<byte[]>();
        while (scan.MoveNext())
        {
            found.Add(scan.Value.ToArray());
        }

        return [.. found];
    }

    private static void Refuse(Action action)
    {
        try
        {
            action();
        }
        catch (VMemDbException)
        {
            // Typed: an answer.
        }
    }

    private static void Hold(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }
}
