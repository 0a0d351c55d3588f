using System.Reflection;
using System.Reflection.Emit;

namespace Abc.VMem.Db.Serialization;

/// <summary>
/// Compiles the two loops of a plain type: over ordinals, with a jump to the member of each. One compilation serves
/// every field table, since the jump goes through the table's slots.
/// </summary>
internal static class ObjectCompiler
{
    private static readonly MethodInfo WriteAbsent =
        typeof(DocumentWriter).GetMethod(nameof(DocumentWriter.WriteAbsent))!;

    private static readonly MethodInfo Skip = typeof(DocumentReader).GetMethod(nameof(DocumentReader.Skip))!;
    private static readonly MethodInfo SetOrdinal =
        typeof(DocumentWriter).GetProperty(nameof(DocumentWriter.Ordinal))!.SetMethod!;

    private static readonly MethodInfo GetSlots =
        typeof(ObjectBinding).GetProperty(nameof(ObjectBinding.Slots))!.GetMethod!;

    private static readonly MethodInfo GetChildren =
        typeof(ObjectBinding).GetProperty(nameof(ObjectBinding.Children))!.GetMethod!;
    private static readonly MethodInfo IsKnown = typeof(ObjectBinding).GetMethod(nameof(ObjectBinding.IsKnown))!;
    private static readonly MethodInfo NextField = typeof(DocumentFields).GetMethod(nameof(DocumentFields.Next))!;

    /// <summary>Compiles the writer of a type.</summary>
    public static WriteMembers<T> CompileWrite<T>(ObjectPlan plan)
    {
        var method = NewMethod(
            $"Write{typeof(T).Name}",
            typeof(void),
            [typeof(DocumentWriter).MakeByRefType(), typeof(T), typeof(ObjectBinding), typeof(int), typeof(int)]);
        var il = method.GetILGenerator();
        var ordinal = il.DeclareLocal(typeof(int));
        var (check, body, next) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        var cases = DefineCases(il, plan);

        il.Emit(OpCodes.Ldarg_S, (byte)4);
        il.Emit(OpCodes.Stloc, ordinal);
        il.Emit(OpCodes.Br, check);
        il.MarkLabel(body);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, ordinal);
        il.Emit(OpCodes.Call, SetOrdinal);
        EmitSwitch(il, 3, ordinal, cases);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, WriteAbsent);
        il.Emit(OpCodes.Br, next);
        for (var i = 0; i < cases.Length; i++)
        {
            il.MarkLabel(cases[i]);
            EmitWrite(il, plan, i);
            il.Emit(OpCodes.Br, next);
        }

        il.MarkLabel(next);
        EmitIncrement(il, ordinal);
        il.MarkLabel(check);
        il.Emit(OpCodes.Ldloc, ordinal);
        il.Emit(OpCodes.Ldarg_S, (byte)5);
        il.Emit(OpCodes.Blt, body);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<WriteMembers<T>>(new CompiledParts(plan));
    }

    /// <summary>Compiles the reader of a type.</summary>
    public static ReadMembers<T> CompileRead<T>(ObjectPlan plan)
    {
        var method = NewMethod(
            $"Read{typeof(T).Name}",
            typeof(T),
            [typeof(DocumentReader).MakeByRefType(), typeof(ObjectBinding), typeof(int)]);
        var il = method.GetILGenerator();
        var scratch = il.DeclareLocal(typeof(DocumentReader));
        var current = il.DeclareLocal(typeof(DocumentReader).MakeByRefType());
        var ordinal = il.DeclareLocal(typeof(int));
        var (check, body, next) = (il.DefineLabel(), il.DefineLabel(), il.DefineLabel());
        var cases = DefineCases(il, plan);
        var target = new ObjectEmitter(il, plan);

        target.EmitStart();
        il.Emit(OpCodes.Br, check);
        il.MarkLabel(body);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloca, scratch);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldloc, ordinal);
        il.Emit(OpCodes.Ldarg_3);
        il.Emit(OpCodes.Call, NextField);
        il.Emit(OpCodes.Stloc, current);
        EmitSwitch(il, 2, ordinal, cases);
        il.Emit(OpCodes.Ldloc, current);
        il.Emit(OpCodes.Call, Skip);
        il.Emit(OpCodes.Br, next);
        for (var i = 0; i < cases.Length; i++)
        {
            il.MarkLabel(cases[i]);
            target.EmitStore(i, () => EmitRead(il, plan, i, current));
            il.Emit(OpCodes.Br, next);
        }

        il.MarkLabel(next);
        EmitIncrement(il, ordinal);
        il.MarkLabel(check);
        il.Emit(OpCodes.Ldloc, ordinal);
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Call, GetSlots);
        il.Emit(OpCodes.Ldlen);
        il.Emit(OpCodes.Conv_I4);
        il.Emit(OpCodes.Blt, body);
        target.EmitEnd(member => EmitIsKnown(il, member));
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<ReadMembers<T>>(new CompiledParts(plan));
    }

    private static Label[] DefineCases(ILGenerator il, ObjectPlan plan)
    {
        var cases = new Label[plan.Members.Count];
        for (var i = 0; i < cases.Length; i++)
        {
            cases[i] = il.DefineLabel();
        }

        return cases;
    }

    // A method with the parts as argument 0; it may call what is private.
    private static DynamicMethod NewMethod(string name, Type result, Type[] parameters) =>
        new(name, result, [typeof(CompiledParts), .. parameters], typeof(ObjectCompiler), skipVisibility: true);

    // switch (binding.Slots[ordinal]) { case 0: … }; falls through for a slot below 0.
    private static void EmitSwitch(ILGenerator il, byte binding, LocalBuilder ordinal, Label[] cases)
    {
        il.Emit(OpCodes.Ldarg_S, binding);
        il.Emit(OpCodes.Call, GetSlots);
        il.Emit(OpCodes.Ldloc, ordinal);
        il.Emit(OpCodes.Ldelem_I4);
        il.Emit(OpCodes.Switch, cases);
    }

    private static void EmitIncrement(ILGenerator il, LocalBuilder local)
    {
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldc_I4_1);
        il.Emit(OpCodes.Add);
        il.Emit(OpCodes.Stloc, local);
    }

    private static void EmitIsKnown(ILGenerator il, int member)
    {
        il.Emit(OpCodes.Ldarg_2);
        il.Emit(OpCodes.Ldc_I4, member);
        il.Emit(OpCodes.Call, IsKnown);
    }

    private static void EmitWrite(ILGenerator il, ObjectPlan plan, int index)
    {
        var member = plan.Members[index];
        var direct = DirectCalls.Writer(member);
        if (direct is null)
        {
            EmitCodec(il, member, index);
        }

        il.Emit(OpCodes.Ldarg_1);
        ObjectEmitter.EmitGet(il, plan.Type, member);
        if (direct is not null)
        {
            il.Emit(OpCodes.Call, direct);
            return;
        }

        EmitChild(il, 3, index);
        il.Emit(OpCodes.Callvirt, typeof(ValueCodec<>).MakeGenericType(member.Type).GetMethod("Write")!);
    }

    private static void EmitRead(ILGenerator il, ObjectPlan plan, int index, LocalBuilder current)
    {
        var member = plan.Members[index];
        if (DirectCalls.Reader(member) is { } direct)
        {
            il.Emit(OpCodes.Ldloc, current);
            il.Emit(OpCodes.Call, direct);
            return;
        }

        EmitCodec(il, member, index);
        il.Emit(OpCodes.Ldloc, current);
        EmitChild(il, 2, index);
        il.Emit(OpCodes.Callvirt, typeof(ValueCodec<>).MakeGenericType(member.Type).GetMethod("Read")!);
    }

    private static void EmitCodec(ILGenerator il, MemberPlan member, int index)
    {
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, typeof(CompiledParts).GetField(nameof(CompiledParts.Codecs))!);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Castclass, typeof(ValueCodec<>).MakeGenericType(member.Type));
    }

    private static void EmitChild(ILGenerator il, byte binding, int index)
    {
        il.Emit(OpCodes.Ldarg_S, binding);
        il.Emit(OpCodes.Call, GetChildren);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
    }
}
