namespace Abc.VMem.Db.Structures;

/// <summary>What a load does with a key that is there, or that came before.</summary>
internal enum LoadRule
{
    /// <summary>Fails.</summary>
    Refuse,

    /// <summary>Keeps the entry that is there, or came first.</summary>
    Keep,

    /// <summary>Replaces it: the entry that came last stays.</summary>
    Replace,
}
