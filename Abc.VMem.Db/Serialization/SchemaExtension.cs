using System.Buffers;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Adds to a schema what a document type needs: first the tables and ordinals, then, with all of them known, the
/// default of each new ordinal.
/// </summary>
internal sealed class SchemaExtension
{
    private const string TooLarge =
        "takes more than a megabyte, or contains itself. Let the member be null at first, and set it where it is used.";

    private readonly List<List<FieldEntry>> _tables;
    private readonly Dictionary<int, HashSet<Type>> _visited = [];
    private readonly List<Place> _ancestors = [];
    private readonly List<string> _path = [];
    private readonly List<Addition> _added = [];

    private SchemaExtension(DocumentSchema schema) =>
        _tables = [.. schema.Tables.Select(table => table.Fields.ToList())];

    /// <summary>The schema with every member of the type; the same instance when nothing was missing.</summary>
    public static DocumentSchema Extend(DocumentSchema schema, ObjectPlan root)
    {
        var extension = new SchemaExtension(schema);
        if (extension._tables.Count == 0)
        {
            extension._tables.Add([]);
        }

        extension._path.Add(CodecRegistry.NameOf(root.Type));
        extension.AddObject(root, 0);
        return extension._added.Count == 0 && schema.Tables.Count > 0 ? schema : extension.Build();
    }

    private DocumentSchema Build()
    {
        var shapes = new DocumentSchema([.. _tables.Select(fields => new FieldTable([.. fields]))]);
        var instances = new Dictionary<Type, object?>();
        var bindings = new BindingFactory(shapes);
        foreach (var (plan, table, ordinal, member, path) in _added)
        {
            if (!instances.TryGetValue(plan.Type, out var instance))
            {
                instances[plan.Type] = instance = plan.TryCreateDefault();
            }

            var field = _tables[table][ordinal];
            var codec = plan.Members[member].Codec;
            var token = Encode(path, codec, plan.DefaultOf(member, instance), bindings.Bind(codec, field.Shape));
            if (token.Length > DefaultCosts.MaxCost)
            {
                throw new DocumentException(path, $"{path}: its default value {TooLarge}");
            }

            _tables[table][ordinal] = field with { Default = token };
        }

        return Complete();
    }

    private DocumentSchema Complete()
    {
        try
        {
            return new DocumentSchema([.. _tables.Select(fields => new FieldTable([.. fields]))]);
        }
        catch (CorruptDatabaseException fault)
        {
            // Each default is small enough, but they stand inside each other. Nothing was read from the file here.
            throw new DocumentException(_path[0], $"{_path[0]}: what its members default to {TooLarge}", fault);
        }
    }

    private static byte[] Encode(string path, ValueCodec codec, object? value, Binding? binding)
    {
        var buffer = new ArrayBufferWriter<byte>(16);
        var writer = new DocumentWriter(buffer);
        try
        {
            codec.WriteObject(ref writer, value, binding);
        }
        catch (DocumentFault fault)
        {
            throw new DocumentException(path, $"{path}: its default value can't be stored: {fault.Message}", fault);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private void AddObject(ObjectPlan plan, int table)
    {
        var visited = _visited.TryGetValue(table, out var known) ? known : _visited[table] = [];
        if (!visited.Add(plan.Type))
        {
            return;
        }

        _ancestors.Add(new Place(plan.Type, table));
        var missing = new List<int>();
        for (var i = 0; i < plan.Members.Count; i++)
        {
            if (Find(table, plan.Members[i]) is { } shape)
            {
                AddInside(plan.Members[i], shape);
            }
            else
            {
                missing.Add(i);
            }
        }

        // Lists and documents last, so that a reader steps over few bytes to reach the others.
        foreach (var isLast in new[] { false, true })
        {
            foreach (var i in missing)
            {
                if (plan.Members[i].Codec.Kind >= StorageKind.Document == isLast)
                {
                    Append(plan, table, i);
                }
            }
        }

        _ancestors.RemoveAt(_ancestors.Count - 1);
    }

    private void Append(ObjectPlan plan, int table, int member)
    {
        var added = plan.Members[member];
        _path.Add(added.Name);
        CheckLimits(table, added.Name);
        var (fields, ordinal) = (_tables[table], _tables[table].Count);

        // The place is taken before the inside is looked at: the member may contain its own type.
        fields.Add(new FieldEntry(added.Name, StorageShape.Scalar(StorageKind.Bool), new[] { TokenCode.Nil }));
        fields[ordinal] = fields[ordinal] with { Shape = ShapeOf(added.Codec, 0) };
        _added.Add(new Addition(plan, table, ordinal, member, string.Join('.', _path)));
        _path.RemoveAt(_path.Count - 1);
    }

    private StorageShape ShapeOf(ValueCodec codec, int depth)
    {
        // The same bound as where a stored schema is read.
        if (depth >= StorageShape.MaxDepth && codec.Kind >= StorageKind.Document)
        {
            throw Refuse("lists and dictionaries are nested deeper than 32 levels.");
        }

        return codec.Kind switch
        {
            StorageKind.Document => StorageShape.Document(TableOf(codec.Plan!)),
            StorageKind.List => StorageShape.List(ShapeOf(codec.Element!, depth + 1)),
            StorageKind.Map => StorageShape.Map(ShapeOf(codec.Key!, depth + 1), ShapeOf(codec.Element!, depth + 1)),
            StorageKind.Opaque => StorageShape.Opaque(codec.Label!),
            _ => StorageShape.Scalar(codec.Kind),
        };
    }

    // A type inside itself points to the table of the nearest object of that type around it.
    private int TableOf(ObjectPlan plan)
    {
        var ancestor = _ancestors.FindLastIndex(a => a.Type == plan.Type);
        if (ancestor >= 0)
        {
            return _ancestors[ancestor].Table;
        }

        if (_tables.Count == DocumentSchema.MaxTables)
        {
            throw Refuse("the type has more than 4096 kinds of objects in it.");
        }

        _tables.Add([]);
        var table = _tables.Count - 1;
        AddObject(plan, table);
        return table;
    }

    private void AddInside(MemberPlan member, StorageShape shape)
    {
        _path.Add(member.Name);
        AddInside(member.Codec, shape);
        _path.RemoveAt(_path.Count - 1);
    }

    private void AddInside(ValueCodec codec, StorageShape shape)
    {
        if (codec.Plan is { } plan)
        {
            AddObject(plan, shape.Table);
        }

        if (codec.Element is { } element)
        {
            AddInside(element, shape.Element!);
        }

        if (codec.Key is { } key)
        {
            AddInside(key, shape.Key!);
        }
    }

    private StorageShape? Find(int table, MemberPlan member)
    {
        var fields = _tables[table];
        for (var i = fields.Count - 1; i >= 0; i--)
        {
            if (fields[i].Name == member.Name && fields[i].Shape.Matches(member.Codec))
            {
                return fields[i].Shape;
            }
        }

        return null;
    }

    private void CheckLimits(int table, string name)
    {
        if (_tables[table].Count == DocumentSchema.MaxTables)
        {
            throw Refuse("the type has, or had in the past, more than 4096 members.");
        }

        if (System.Text.Encoding.UTF8.GetByteCount(name) > DocumentSchema.MaxNameBytes)
        {
            throw Refuse("the name is longer than 4096 bytes.");
        }
    }

    private DocumentException Refuse(string reason)
    {
        var member = string.Join('.', _path);
        return new DocumentException(member, $"{member}: {reason}");
    }

    // Classes, not tuples: generic collections of references are compiled already, and a first write should be quick.

    /// <summary>An object around the current place.</summary>
    private sealed record Place(Type Type, int Table);

    /// <summary>An ordinal that was added, and the member it is for.</summary>
    private sealed record Addition(ObjectPlan Plan, int Table, int Ordinal, int Member, string Path);
}
