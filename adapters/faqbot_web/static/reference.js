"use strict";

// The reference of the API, drawn by Swagger UI from the OpenAPI document of this service.
window.SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null, // no request to another site
});
