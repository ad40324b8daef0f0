SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  // No request leaves the node: no validator, no servers but this one.
  validatorUrl: null,
});
