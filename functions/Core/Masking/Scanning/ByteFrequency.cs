using System.Collections.Frozen;

namespace CursorBroker.Core.Masking.Scanning;

/// <summary>Roughly how often a byte stands in source text. It decides speed alone, never what is found.</summary>
internal static class ByteFrequency
{
    /// <summary>How many of a hundred thousand bytes are which, in source text of several languages.</summary>
    private static readonly int[] OfAHundredThousand =
    [
        26, 1, 1, 1, 1, 1, 1, 1, 1, 275, 2419, 1, 1, 89, 1, 1,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        21202, 48, 977, 153, 32, 14, 65, 552, 1155, 1155, 249, 63, 1134, 256, 1482, 793,
        388, 272, 178, 101, 90, 84, 94, 46, 81, 65, 367, 564, 364, 631, 451, 68,
        24, 623, 213, 554, 272, 466, 253, 185, 159, 434, 56, 71, 321, 317, 322, 318,
        302, 46, 425, 704, 629, 152, 109, 128, 67, 33, 16, 197, 109, 197, 7, 1161,
        35, 3902, 787, 2112, 1753, 7051, 1099, 1011, 1183, 3690, 106, 490, 2323, 1549, 3994, 3573,
        1607, 132, 4015, 3988, 5195, 1840, 635, 577, 443, 946, 85, 331, 58, 330, 7, 1,
    ];

    private static readonly double[] Shares = Estimate();

    /// <summary>What source text in several languages is full of, in lower case; a star is a line end too. Every four bytes within a piece count.</summary>
    private static readonly FrozenSet<uint> Pieces = """"
            {*   }**  // <summary>*  }|nt, stationst string system.component = new |();*  | bytes the st|'),*  |   <param name="m|()*  |   public st|
           return this.#| functio|.get; }*  | type |   async()|   contextents to that is not |   /|   if (!|   var *| argumentity| optio|ry>-*  |ng value |
        s;*using.|());** | /// a|moversiontoker.cons.|he reader = await s|   for throw("|  {datart|ion = "|):*  |table |(ossl_check_|----|e of th| objecti|
        , cancellatic assert.are |  {testmethod}* |ng cursor)|   self._|= null)|() => |   (0x1|  private settings|, requests| timessage |  <member t|e", "|
         file |)*#define s|rame = s|', 'm', | ) {*))))* |   """*  |   # '|, path.|e.</sum|base in t|, int |  <see commen| operty|he providers.|, and |n call |
        ries = t|   th| excepti|currencodel.|e.*  | with |ee liness |ync task | perati|collectory |binding(| othere |ame, servicense.|t result | https|
        he created tok|*internal s| error| from |   '|eformatche| host |_builder.g| class |descript| liste| headonly | import | true|s repositore.|t instanc|
         writer na| signed index| */*  |   _|ion.|   def _|.starow |e*  |coundefault|.length |ng microsoft.aspnetconfigur| { gets |ic void | attribute|
         areequal(| appropender| json.|");*|he lange|e);*| false | or a| secref="t:sys|info| chang|his a s| access.| eventmode |source|identensio|t founti|
        amespace cu|t be |")}* |tatus|he th| worker|direcore |'*  | none | logger i| parse|",* |"} = {|tate.|e" /> |urns>| };**///| licati| spect |rator |
        char |   else|, display|   used = refusal|   *  |(stream| dates| bool |',* |ion(|t);*|imple|node.|ram>-*| when | it |pack|t.</part|">then|****|* * |
         ssl|polices.|(selemen| at th|ontains|client.| == |er, |initio|  </memory| && |stor|(converted|es answer|  aw|failure.| presponse | out |rovalize|
        r rected|_typ|next.| github.|load|iona|size|: 0,  #|array|body|.reserif|, numbe|tialid| lock|bufferentry| allow|right|, co|.equire|he an |asn1_|ommit|
        rest | blob|first|gener| as |  st|ons |ture|enam|worde|ng th|   0x|erve|handle|">-*|s*  | key |_attera|everi|.appenssl|group|masked|tasy|locate|)** |
        resolve| expecifield| what|wher |.add(|ence |push|.cret| ext |s);*|.reache| one)|back| itempty| sealed c|s.cord|(*  |e)* |ed, |e;* |   b|ber>-*|
        (thing, |missue|aller|uiltin_|  in|e is|t*  |environmen| usi|(stal|rule|issio|*// t|ame)| ver |ompare|eproces|};* | long|<struct|fore|auth|facti|
        target_| tex|   l|dict|deleters | hash|leasy| add| tes| by |main| which|root|esta|ype(| },* | elec| metadat|*{* |ken |t.azure|))// s|_sk_|case|second|
        y = c|input|ion, |inal|sent>|_set |x509_| its |plate|;**nam|t co|applicy|n);*|.prot|ull |ion"|query|s in| === |   o|span|ressi|ined|.git|refs|tract|
        });*|kind|es, |d);*|ynam|copy|   n|e,* |dasy|sl_s|   m|point| on |;*))|e:* |fuser|ningle|queue|amete|h = f|e to|eads|nts.|certi|s)* |ic c|.webjobs.|
        t.is|link|last|est.|flag|iles|route|he deci|_get |ease|l_ctx|updat|suppor|find|(new(|   .|t", |inval| = p|annect(|nary|ext)|   w|), (|world| mati|
        em.t|orter|t of| und|ermi| = _|ata |known|edge|ion)|include| module|t to| = (|ould |output|graph|rang|am>*|enum|n re|epre|ue, |he fo|ocal|/ <p| sho|
         -> |codin|**))| endi|n in|manager|offset_| </s|pass|tcor|_conne|nsig|d re| /* |.val|th, |d th|rn n| ove|.tex|lues|gate| see|place|cach (|ng a|s fo|
        n)* |ull, |distr|etch | we |ing>|evel|te r|st, |stop|page|elf, |can |t)* |red a| run|use |ext,| len|  ca| }*}|remo|r*  |.** |t va|noth|s.</|tive|uint|
        , th|limit|invo|omma|ask<|s>-*|he <s|ead |fied b|look|_come|imeo|have|er.s| no |stin|s", | (va| ent|mock|ry, |tree|*/**|se, |.htt|ion_|(awa|if t|ties|
        arch|ingc|s of|/com|// c|n*  |ded |t.co|;*}*|etim|ing_|varia|harnes|*/*#|rage|prob| xml|izati|n", |args|ampl|muta|glob|h th|.fro|umer|token|username|
        signature|authorization|compile|template|storage|begin|////|====|....|####|____|server|.org|.net|export|boolean|copyright|view|control
        """".Split('|', '\n').SelectMany(static piece => Enumerable.Range(0, Math.Max(0, piece.Length - 3)).Select(at => Folded(System.Text.Encoding.ASCII.GetBytes(piece, at, 4)))).ToFrozenSet();

    public static double Of(byte value) => Shares[value];

    /// <summary>How much more often some bytes stand together than their own shares say.</summary>
    public static double TogetherMoreOften(ReadOnlySpan<byte> window) => window.Length == 4 && Pieces.Contains(Folded(window)) ? 1000 : 1;

    private static uint Folded(ReadOnlySpan<byte> window) => System.Runtime.InteropServices.MemoryMarshal.Read<uint>(window) | 0x20202020;

    private static double[] Estimate()
    {
        var shares = new double[256];
        for (var value = 0; value < 256; value++)
        {
            shares[value] = value < 128 ? OfAHundredThousand[value] / 100_000.0 : 0.003 / 128;
        }

        return shares;
    }
}
