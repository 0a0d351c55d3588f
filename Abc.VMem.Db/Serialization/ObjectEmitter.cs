using System.Reflection;
using System.Reflection.Emit;

namespace Abc.VMem.Db.Serialization;

/// <summary>What compiled code needs at run time.</summary>
internal sealed class CompiledParts(ObjectPlan plan)
{
    /// <summary>Codec of each member.</summary>
    public readonly ValueCodec[] Codecs = [.. plan.Members.Select(member => member.Codec)];

    /// <summary>Default value of each constructor parameter.</summary>
    public readonly object?[] Defaults =
        [.. (plan.Constructor?.GetParameters() ?? []).Select(ObjectMembers.DefaultValueOf)];
}

/// <summary>The tokens of scalars are read and written by direct calls: no codec in between.</summary>
internal static class DirectCalls
{
    /// <summary>Method of the writer that takes the member's type; null when its codec is needed.</summary>
    public static MethodInfo? Writer(MemberPlan member) =>
        NumberOf(member) is { } type ? typeof(DocumentWriter).GetMethod("Write", [type]) : null;

    /// <summary>Method of the reader that returns the member's type; null when its codec is needed.</summary>
    public static MethodInfo? Reader(MemberPlan member) => NumberOf(member) is not { } type
        ? null
        : Array.Find(
            typeof(DocumentReader).GetMethods(),
            m => m.ReturnType == type && m.GetParameters().Length == 0
                && m.Name is not (nameof(DocumentReader.Peek) or nameof(DocumentReader.TryReadNil))
                && m.Name.StartsWith("Read", StringComparison.Ordinal)
                && m.Name is not (nameof(DocumentReader.ReadArrayHeader) or nameof(DocumentReader.ReadMapHeader)));

    // An enum is its number on the evaluation stack.
    private static Type? NumberOf(MemberPlan member)
    {
        if (member.Codec.Kind == StorageKind.Opaque)
        {
            return null;
        }

        var type = member.Type.IsEnum ? member.Type.GetEnumUnderlyingType() : member.Type;
        return ScalarCodecs.ByType.ContainsKey(type) ? type : null;
    }
}

/// <summary>
/// Emits how an object is made. Without constructor parameters it is made first and its members assigned as they come;
/// else every value waits in a local until the constructor can be called.
/// </summary>
internal sealed class ObjectEmitter
{
    private readonly ILGenerator _il;
    private readonly ObjectPlan _plan;
    private readonly LocalBuilder _target;
    private readonly LocalBuilder[]? _values;

    /// <summary>Declares the locals.</summary>
    public ObjectEmitter(ILGenerator il, ObjectPlan plan)
    {
        (_il, _plan) = (il, plan);
        _target = il.DeclareLocal(plan.Type);
        _values = plan.ParameterMembers.Count == 0
            ? null
            : [.. plan.Members.Select(member => il.DeclareLocal(member.Type))];
    }

    /// <summary>Pushes a member of the object in argument 2.</summary>
    public static void EmitGet(ILGenerator il, Type type, MemberPlan member)
    {
        if (type.IsValueType)
        {
            il.Emit(OpCodes.Ldarga_S, (byte)2);
        }
        else
        {
            il.Emit(OpCodes.Ldarg_2);
        }

        if (member.Member is FieldInfo field)
        {
            il.Emit(OpCodes.Ldfld, field);
        }
        else
        {
            EmitCall(il, ((PropertyInfo)member.Member).GetMethod!);
        }
    }

    /// <summary>Emits what happens before the first member.</summary>
    public void EmitStart()
    {
        if (_values is null)
        {
            EmitNew();
            return;
        }

        // Parameters of a member that the field table doesn't have yet get their default value.
        var parameters = _plan.Constructor!.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
        {
            if (_plan.ParameterMembers[i] is >= 0 and var member && parameters[i].HasDefaultValue)
            {
                EmitDefault(i, parameters[i].ParameterType);
                _il.Emit(OpCodes.Stloc, _values[member]);
            }
        }
    }

    /// <summary>Emits the assignment of a member.</summary>
    public void EmitStore(int member, Action emitValue)
    {
        if (_values is null)
        {
            EmitTarget();
            emitValue();
            EmitAssign(_plan.Members[member]);
        }
        else
        {
            emitValue();
            _il.Emit(OpCodes.Stloc, _values[member]);
        }
    }

    /// <summary>Emits what happens after the last member, and pushes the object.</summary>
    /// <param name="emitIsKnown">Pushes whether the field table has a member.</param>
    public void EmitEnd(Action<int> emitIsKnown)
    {
        if (_values is not null)
        {
            EmitConstruct();
            for (var i = 0; i < _values.Length; i++)
            {
                if (!_plan.ParameterMembers.Contains(i))
                {
                    EmitAssignKnown(i, emitIsKnown);
                }
            }
        }

        _il.Emit(OpCodes.Ldloc, _target);
    }

    private void EmitAssignKnown(int member, Action<int> emitIsKnown)
    {
        var skip = _il.DefineLabel();
        emitIsKnown(member);
        _il.Emit(OpCodes.Brfalse, skip);
        EmitTarget();
        _il.Emit(OpCodes.Ldloc, _values![member]);
        EmitAssign(_plan.Members[member]);
        _il.MarkLabel(skip);
    }

    private void EmitConstruct()
    {
        var parameters = _plan.Constructor!.GetParameters();
        for (var i = 0; i < parameters.Length; i++)
        {
            if (_plan.ParameterMembers[i] is >= 0 and var member)
            {
                _il.Emit(OpCodes.Ldloc, _values![member]);
            }
            else
            {
                EmitDefault(i, parameters[i].ParameterType);
            }
        }

        _il.Emit(OpCodes.Newobj, _plan.Constructor);
        _il.Emit(OpCodes.Stloc, _target);
    }

    private void EmitNew()
    {
        if (_plan.Constructor is null)
        {
            _il.Emit(OpCodes.Ldloca, _target);
            _il.Emit(OpCodes.Initobj, _plan.Type);
        }
        else
        {
            _il.Emit(OpCodes.Newobj, _plan.Constructor);
            _il.Emit(OpCodes.Stloc, _target);
        }
    }

    private void EmitDefault(int parameter, Type type)
    {
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(CompiledParts).GetField(nameof(CompiledParts.Defaults))!);
        _il.Emit(OpCodes.Ldc_I4, parameter);
        _il.Emit(OpCodes.Ldelem_Ref);
        _il.Emit(OpCodes.Unbox_Any, type);
    }

    private void EmitTarget() => _il.Emit(_plan.Type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, _target);

    private void EmitAssign(MemberPlan member)
    {
        if (member.Setter is { } setter)
        {
            EmitCall(_il, setter);
        }
        else
        {
            _il.Emit(OpCodes.Stfld, (FieldInfo)member.Member);
        }
    }

    private static void EmitCall(ILGenerator il, MethodInfo method) =>
        il.Emit(method.DeclaringType!.IsValueType || !method.IsVirtual ? OpCodes.Call : OpCodes.Callvirt, method);
}
