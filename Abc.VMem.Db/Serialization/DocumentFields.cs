namespace Abc.VMem.Db.Serialization;

/// <summary>Called by compiled code.</summary>
internal static class DocumentFields
{
    /// <summary>
    /// Where to read the value of an ordinal: in the document, or, when it is absent there, in the scratch reader,
    /// which is set to the value that absent stands for.
    /// </summary>
    public static ref DocumentReader Next(
        ref DocumentReader reader, ref DocumentReader scratch, ObjectBinding binding, int ordinal, int count)
    {
        reader.Ordinal = ordinal;
        if (ordinal < count)
        {
            if (reader.Peek() != TokenCode.Absent)
            {
                return ref reader;
            }

            reader.Advance();
        }

        scratch = binding.ReadAbsent(ref reader, ordinal, count);
        return ref scratch;
    }
}
